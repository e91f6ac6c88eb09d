"""A measure: what was found of each contender, how sure that is, and how it compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

OURS, FLOOR, BARE, PEER = "ours", "floor", "bare", "peer"
CONTENDERS = (OURS, FLOOR, BARE, PEER)
RESAMPLES = 2000
SEED = 0


@dataclass(frozen=True)
class Figure:
    """A value and the 95 % bounds of it, by bootstrap; without bounds where it was taken once."""

    value: float
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Measure:
    """One line of the table; `runs` is how many values stand behind each figure."""

    name: str
    unit: str
    figures: Mapping[str, Figure]
    runs: int
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours in terms of the floor's, or of the peer's where there is no floor."""
        ours = self.figures.get(OURS)
        other = self.figures.get(FLOOR) or self.figures.get(PEER)
        return ours.value / other.value if ours and other and other.value else None

    def to_json(self) -> dict[str, Any]:
        """One flat object."""
        values = {name: _rounded(self.figures[name].value) if name in self.figures else None for name in CONTENDERS}
        bounds = {name: [*map(_rounded, one.bounds)] for name, one in self.figures.items() if one.bounds}
        ratio = None if self.ratio is None else _rounded(self.ratio)
        about = {"name": self.name, "unit": self.unit, **values, "ratio": ratio, "runs": self.runs}
        return {**about, "bounds": bounds, "note": self.note}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Measure:
        """From its JSON."""
        bounds = {name: (low, high) for name, (low, high) in stored["bounds"].items()}
        figures = {name: Figure(stored[name], bounds.get(name)) for name in CONTENDERS if stored.get(name) is not None}
        return cls(stored["name"], stored["unit"], figures, stored["runs"], stored["note"])


def quantile(values: Sequence[float], share: float = 0.5) -> Figure:
    """A quantile of the values with the bounds that resampling them gives (Efron 1979, percentile method)."""
    given = np.asarray(values, float)
    found = float(np.quantile(given, share))
    if len(given) < 2:
        return Figure(found)
    drawn = np.random.default_rng(SEED).choice(given, (RESAMPLES, len(given)))
    low, high = np.quantile(np.quantile(drawn, share, axis=1), (0.025, 0.975))
    return Figure(found, (float(low), float(high)))


def compare(name: str, unit: str, values: Mapping[str, Sequence[float]], share: float = 0.5, note: str = "") -> Measure:
    """The measure of values by contender: their median, or another quantile."""
    kept = {contender: of for contender, of in values.items() if of}
    figures = {contender: quantile(of, share) for contender, of in kept.items()}
    return Measure(name, unit, figures, min(map(len, kept.values()), default=0), note)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
