from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.learn.score.comparison import compare
from bot.learn.score.paired import pair


def test_a_pair_counts_what_changed():
    found = pair([1, 0, 0, 1], [1, 1, 0, 0])
    assert (found.n, found.rose, found.fell, found.difference, found.p) == (4, 1, 1, 0, 1)
    assert found.bounds[0] < 0 < found.bounds[1]


def test_the_p_is_the_exact_sign_test_s():
    found = pair([0] * 5 + [1] * 5, [1] * 10)
    assert found.p == pytest.approx(2 * 0.5**5)
    assert found.difference == 0.5 and found.bounds[1] == pytest.approx(0.5)
    assert pair([0] * 9 + [1], [1] * 9 + [0]).p == pytest.approx(2 * 11 / 2**10)


def test_shares_of_turns_rise_and_fall_too():
    assert (pair([0.5, 1], [0.75, 0.5]).rose, pair([0.5, 1], [0.75, 0.5]).fell) == (1, 1)


def test_nothing_changed_is_no_difference():
    assert pair([1, 0], [1, 0]) == pair([0, 1], [0, 1])
    assert (pair([1], [1]).p, pair([1], [1]).bounds) == (1, (0, 0))
    with pytest.raises(ValueError, match="in common"):
        pair([], [])


def report(resolved: Sequence[int], wrong: int = 0) -> dict[str, Any]:
    """A run over as many questions, whose first `wrong` were answered with another guide."""
    cases = [
        {
            "row": {"q": f"第{number}题", "guides": ["g01"]},
            "outcome": {"answered": hit, "resolved": hit, "section": 1, "wrong": number < wrong},
        }
        for number, hit in enumerate(resolved)
    ]
    return {"sets": {"any.jsonl": {"kind": "single", "cases": cases}}}


def verdicts(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    return {change.measure: change.verdict for change in compare(before, after).changes}


def test_many_falls_are_worse_and_many_rises_better():
    high, low = report([1] * 20), report([1] * 8 + [0] * 12)
    assert verdicts(high, low) == {"answered": "worse", "resolved": "worse", "wrong": "noise", "section": "noise"}
    assert compare(high, low).is_worse
    assert verdicts(low, high)["resolved"] == "better" and not compare(low, high).is_worse


def test_more_wrong_answers_are_worse_though_the_number_rises():
    assert verdicts(report([1] * 20), report([1] * 20, wrong=12))["wrong"] == "worse"


def test_few_changes_are_noise_and_so_is_what_is_only_rare_among_many_measures():
    assert not compare(report([1] * 20), report([1] * 17 + [0] * 3)).is_worse
    six = compare(report([1] * 20), report([1] * 20, wrong=6))  # p = 0.031, and four measures are looked at
    assert six.changes[2].paired.p < 0.05 and not six.is_worse


def test_the_questions_that_changed_are_named():
    found = compare(report([1, 0, 1]), report([0, 1, 1]))
    assert ([row["q"] for row in found.worse], [row["q"] for row in found.better]) == (["第0题"], ["第1题"])


def test_only_questions_of_both_runs_are_paired():
    found = compare(report([1, 1, 1]), report([1, 1]))
    assert (found.only_before, found.only_after, found.changes[0].paired.n) == (1, 0, 2)


def test_a_question_whose_expectation_changed_is_another_one():
    other = report([1])
    other["sets"]["any.jsonl"]["cases"][0]["row"] = {"q": "第0题", "guides": ["g02"]}
    with pytest.raises(ValueError, match="in common"):
        compare(report([1]), other)
