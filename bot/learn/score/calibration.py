"""Whether a probability means what it says: of what is thought 70 % likely, 70 % should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.learn.evaluate import wilson

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Cases thought about equally likely: how likely on average, and which share was right with its 95 % bounds."""

    low: float
    high: float
    n: int
    sure: float
    right: float
    bounds: tuple[float, float]


@dataclass(frozen=True)
class Calibration:
    """The bins that hold cases; `ece` is the mean gap between sure and right, `brier` the mean squared one a case."""

    n: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


def calibrate(sure: Sequence[float], right: Sequence[bool], bins: int = BINS) -> Calibration:
    """Reliability in `bins` of equal width. ValueError where there is no case."""
    if not sure:
        raise ValueError("no cases")
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for case in zip(sure, right, strict=True):
        held[min(int(case[0] * bins), bins - 1)].append(case)
    made = tuple(_bin(number / bins, (number + 1) / bins, cases) for number, cases in enumerate(held) if cases)
    ece = sum(one.n * abs(one.right - one.sure) for one in made) / len(sure)
    brier = sum((p - hit) ** 2 for p, hit in zip(sure, right, strict=True)) / len(sure)
    return Calibration(len(sure), ece, brier, made)


def _bin(low: float, high: float, cases: Sequence[tuple[float, bool]]) -> Bin:
    n, hits = len(cases), sum(hit for _, hit in cases)
    return Bin(low, high, n, sum(p for p, _ in cases) / n, hits / n, wilson(hits, n))
