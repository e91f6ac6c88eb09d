"""What was aimed at, and whether it was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.measure import BARE, FLOOR, OURS, PEER, Measure
from bench.turn import FULL


@dataclass(frozen=True)
class Target:
    """A bound for a figure of ours; `found` is None where it was not measured."""

    words: str
    found: float | None
    bound: float
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        """None where nothing was measured."""
        if self.found is None:
            return None
        return self.found <= self.bound if self.at_most else self.found >= self.bound


def targets(measures: Mapping[str, Measure]) -> list[Target]:
    """All of them, from the measures by name."""

    def value(name: str, contender: str = OURS) -> float | None:
        figure = measures[name].figures.get(contender) if name in measures else None
        return figure.value if figure else None

    training = "training, index and NLU"
    faster = _ratio(value(training, PEER), value(training))
    found = []
    for floor, name in ((FLOOR, "the floor"), (BARE, "the floor with our channel")):
        slowest = _ratio(value("answer at rest, p95"), value("turn at rest, p50", floor))
        found.append(Target(f"an answer's p95 at rest, in terms of the p50 of {name}", slowest, 1.5))
        for at_once in FULL.crowds:
            rate = f"{at_once} at once, turns a second"
            share = _ratio(value(rate), value(rate, floor))
            found.append(Target(f"turns a second, {at_once} at once, in terms of {name}", share, 0.6, at_most=False))
    return [
        *found,
        Target("full training, s", value(training), 90),
        Target("full training, times faster than DIET's", faster, 3, at_most=False),
        Target("start to ready, s", value("start to ready"), 20),
        Target("memory of all processes, MB", value("memory, all processes"), 2000),
    ]


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None
