"""Two ways of answering the same questions: how many each does better, and whether chance would do as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True)
class Paired:
    """How many of `n` questions rose and fell; the difference of the two shares with its exact 95 % bounds.

    `p` is that of the exact sign test, which for yes and no is McNemar's: the chance of a split at least this uneven
    among the questions that changed if each were as likely to rise as to fall.
    """

    n: int
    rose: int
    fell: int
    difference: float
    bounds: tuple[float, float]
    p: float


def pair(before: Sequence[float], after: Sequence[float]) -> Paired:
    """Compare measures of the same questions in the same order. ValueError where there is none."""
    if not before:
        raise ValueError("no questions in common")
    rose = sum(new > old for old, new in zip(before, after, strict=True))
    fell = sum(new < old for old, new in zip(before, after, strict=True))
    n, changed = len(before), rose + fell
    if not changed:
        return Paired(n, 0, 0, 0.0, (0.0, 0.0), 1.0)
    test = binomtest(rose, changed)
    share = test.proportion_ci(0.95, method="exact")
    low, high = (float((2 * bound - 1) * changed / n) for bound in (share.low, share.high))
    return Paired(n, rose, fell, (rose - fell) / n, (low, high), float(test.pvalue))
