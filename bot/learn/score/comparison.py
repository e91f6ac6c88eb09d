"""A run of `guidebot eval` against another: question by question, and what of it is more than noise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.learn.evaluate import DIALOGUE, OUT_OF_SCOPE, SINGLE
from bot.learn.score.paired import Paired, pair

Report = Mapping[str, Any]
Outcomes = dict[str, Mapping[str, float]]  # row → its measures

# What is better when there is more of it, and what when there is less; of the rest neither can be said.
SENSE: Mapping[str, Mapping[str, int]] = {
    SINGLE: {"answered": 1, "resolved": 1, "wrong": -1, "section": 1},
    DIALOGUE: {"whole": 1, "first": 1},
    OUT_OF_SCOPE: {"refused": 1, "answered": -1},
}
NOISE = 0.05  # how likely any call of "better" or "worse" may be by chance, all measures together


@dataclass(frozen=True)
class Change:
    """One measure of one kind: the questions counted pair by pair, and "better", "worse" or "noise"."""

    kind: str
    measure: str
    paired: Paired
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """All measures; the questions whose main measure fell or rose; and how many only one of the runs had."""

    changes: tuple[Change, ...]
    worse: tuple[Mapping[str, Any], ...]
    better: tuple[Mapping[str, Any], ...]
    only_before: int
    only_after: int

    @property
    def is_worse(self) -> bool:
        """Whether any measure got worse by more than noise."""
        return any(change.verdict == "worse" for change in self.changes)


def compare(before: Report, after: Report) -> Comparison:
    """Pair the questions that both runs had with the same expectations. ValueError where there is none."""
    pairs: list[tuple[str, str, Paired]] = []
    worse: dict[str, None] = {}
    better: dict[str, None] = {}
    only_before = only_after = 0
    for kind, senses in SENSE.items():
        old, new = _outcomes(before, kind), _outcomes(after, kind)
        both = [row for row in new if row in old]
        only_before, only_after = only_before + len(old) - len(both), only_after + len(new) - len(both)
        for measure, sense in senses.items() if both else ():
            shifts = {row: sense * (new[row][measure] - old[row][measure]) for row in both}
            worse |= {row: None for row, shift in shifts.items() if shift < 0}
            better |= {row: None for row, shift in shifts.items() if shift > 0}
            pairs.append((kind, measure, pair(*([of[row][measure] for row in both] for of in (old, new)))))
    if not pairs:
        raise ValueError("no questions in common")
    return Comparison(tuple(_changes(pairs)), _rows(worse), _rows(better), only_before, only_after)


def _outcomes(report: Report, kind: str) -> Outcomes:
    sets = [one for one in report["sets"].values() if one["kind"] == kind]
    return {
        json.dumps(case["row"], ensure_ascii=False, sort_keys=True): case["outcome"]
        for one in sets
        for case in one["cases"]
    }


def _rows(keys: Mapping[str, None]) -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(key) for key in keys)


def _changes(pairs: Sequence[tuple[str, str, Paired]]) -> Iterator[Change]:
    """Holm's method: the more measures are looked at, the surer each must be."""
    order = sorted(range(len(pairs)), key=lambda number: pairs[number][2].p)
    certain: set[int] = set()
    for passed, number in enumerate(order):
        if pairs[number][2].p > NOISE / (len(pairs) - passed):
            break
        certain.add(number)
    for number, (kind, measure, paired) in enumerate(pairs):
        gain = SENSE[kind][measure] * (paired.rose - paired.fell)
        yield Change(kind, measure, paired, ("better" if gain > 0 else "worse") if number in certain else "noise")
