"""What answering only where it is sure enough would cost and save: the risk–coverage curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """Answering from `sure` on: which share of the questions that is, and which share of those answers is wrong."""

    sure: float
    coverage: float
    risk: float


@dataclass(frozen=True)
class Risk:
    """The curve, surest first, and the area under it (0: every wrong answer is less sure than every right one)."""

    area: float
    points: tuple[Point, ...]

    def coverage_at(self, risk: float) -> float:
        """The largest share of the questions that can be answered with at most this share of wrong answers."""
        return max((point.coverage for point in self.points if point.risk <= risk), default=0.0)


def risk_of(sure: Sequence[float], right: Sequence[bool]) -> Risk:
    """A point for each probability that occurs: cases equally sure are answered together."""
    cases = sorted(zip(sure, right, strict=True), key=lambda case: -case[0])
    points, wrong = [], 0
    for count, (probability, hit) in enumerate(cases, 1):
        wrong += not hit
        if count == len(cases) or cases[count][0] != probability:
            points.append(Point(probability, count / len(cases), wrong / count))
    return Risk(_area(points), tuple(points))


def _area(points: Sequence[Point]) -> float:
    """The risk of each point holds from the coverage before it to its own."""
    before = (0.0, *(point.coverage for point in points))
    return sum(point.risk * (point.coverage - last) for point, last in zip(points, before, strict=False))
