from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from bot.learn.evaluate import (
    Case,
    is_broken,
    judge,
    percentile,
    rate,
    reply_in,
    summarise,
    turn_holds,
    wilson,
)

SINGLE = {"q": "补卡带什么", "guides": ["g77", "g78"], "section": "materials", "style": "near"}
CLARIFY = {
    "act": "clarify",
    "slot": "matter",
    "options": [{"payload": "挂失", "guides": ["g79"]}, {"payload": "换领", "guides": ["g78"]}],
}


def answer(guide: str = "g77", section: str = "materials") -> dict[str, Any]:
    return {"act": "answer", "guide": guide, "section": section}


def replying(*replies: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """An assistant that says these in turn; what it was told is in `told`."""
    rest = iter(replies)

    def say(text: str) -> dict[str, Any]:
        told.append(text)
        return next(rest)

    told: list[str] = []
    say.told = told  # type: ignore[attr-defined]
    return say


def outcome(row: dict[str, Any], *replies: dict[str, Any]) -> dict[str, float]:
    return dict(judge(row, replying(*replies)).outcome)


NOTHING = dict.fromkeys(("answered", "resolved", "clarified", "wrong", "refused", "section"), 0.0)


@pytest.mark.parametrize(
    ("replies", "true"),
    [
        ([answer()], {"answered", "resolved", "section"}),
        ([answer("g78")], {"answered", "resolved", "section"}),
        ([answer(section="fee")], {"answered", "resolved"}),
        ([answer("g01")], {"wrong"}),
        ([{"act": "fallback"}], {"refused"}),
        ([{"act": "handoff"}], {"refused"}),
        ([{"act": "error"}], set()),
        ([CLARIFY, answer("g78")], {"clarified", "resolved", "section"}),
        ([CLARIFY, answer("g01")], {"clarified", "wrong"}),
        ([CLARIFY, {"act": "fallback"}], {"clarified", "refused"}),
        ([CLARIFY, CLARIFY], {"clarified"}),
        ([{**CLARIFY, "options": []}], {"clarified"}),
        ([{**CLARIFY, "options": None}], {"clarified"}),
    ],
)
def test_single_questions(replies, true):
    assert outcome(SINGLE, *replies) == {**NOTHING, **dict.fromkeys(true, 1.0)}


def test_a_clarifying_question_gets_the_option_that_fits():
    say = replying(CLARIFY, answer("g78"))
    judge(SINGLE, say)
    assert say.told == ["补卡带什么", "换领"]


@pytest.mark.parametrize(("wanted", "got"), [("overview", "process"), ("process", "overview")])
def test_how_and_what_steps_are_answered_alike(wanted, got):
    assert outcome({**SINGLE, "section": wanted}, answer(section=got))["section"] == 1


def test_a_question_out_of_scope_should_be_refused():
    row = {"q": "护照怎么办", "kind": "near"}
    assert outcome(row, {"act": "chitchat"}) == {"refused": 1, "asked": 0, "answered": 0}
    assert outcome(row, CLARIFY) == {"refused": 0, "asked": 1, "answered": 0}
    assert outcome(row, answer()) == {"refused": 0, "asked": 0, "answered": 1}


@pytest.mark.parametrize(
    ("expect", "reply", "holds"),
    [
        ({"act": "answer"}, answer(), True),
        ({"act": "answer", "guides": ["g77"]}, answer(), True),
        ({"act": "answer", "guides": ["g78"]}, answer(), False),
        ({"act": "answer", "section": "overview"}, answer(section="process"), True),
        ({"act": "answer", "section": "fee"}, answer(), False),
        ({"act": "clarify", "slot": "matter", "guides": ["g79"]}, CLARIFY, True),
        ({"act": "clarify", "slot": "audience", "or_slot": "matter", "guides": ["g79"]}, CLARIFY, True),
        ({"act": "clarify", "slot": "audience", "guides": ["g79"]}, CLARIFY, False),
        ({"act": "clarify", "slot": "matter", "guides": ["g01"]}, CLARIFY, False),
        ({"act": "answer", "or_act": "clarify", "slot": "matter", "guides": ["g78"]}, CLARIFY, True),
        ({"act": "restart"}, {"act": "restart"}, True),
        ({"act": "restart"}, {"act": "cancel"}, False),
    ],
)
def test_turns_of_a_dialogue(expect, reply, holds):
    assert turn_holds(expect, reply) is holds


def test_a_dialogue_is_whole_only_if_every_turn_holds():
    row = {
        "turns": [
            {"user": "补卡", "expect": {"act": "answer", "guides": ["g77"]}},
            {"user": "带什么", "expect": {"act": "answer", "section": "materials"}},
        ]
    }
    assert outcome(row, answer(), answer()) == {"whole": 1, "first": 1, "turns": 1}
    assert outcome(row, answer(), answer(section="fee")) == {"whole": 0, "first": 1, "turns": 0.5}


def test_a_reply_carries_one_outcome():
    messages = [{"text": "一"}, {"custom": {"act": "answer"}}, {"text": "二"}]
    assert reply_in(messages) == {"act": "answer", "text": "一\n二"}
    assert reply_in([{"text": "一"}])["act"] == "0 outcomes in one reply"
    assert reply_in([*messages, {"custom": {"act": "clarify"}}])["act"] == "2 outcomes in one reply"


@pytest.mark.parametrize(
    ("act", "broken"),
    [("answer", False), ("error", True), ("0 outcomes in one reply", True), ("nosuch", True)],
)
def test_what_is_no_answer_at_all(act, broken):
    assert is_broken({"act": act}) is broken


def case(resolved: float, style: str) -> Case:
    return Case({**SINGLE, "style": style}, "single", {"resolved": resolved}, ())


def test_cases_are_summed_up_all_together_and_by_group():
    summary = summarise([case(1, "near"), case(1, "near"), case(0, "hard"), case(1, "hard")])
    assert (summary.kind, summary.n) == ("single", 4)
    assert summary.rates["resolved"].value == 0.75
    styles = {name: of["resolved"].value for name, of in summary.by["style"].items()}
    assert styles == {"near": 1, "hard": 0.5}
    assert summary.by["style"]["near"]["resolved"].n == 2


def test_a_question_is_counted_under_each_guide_that_answers_it_and_under_its_section():
    other = Case({"q": "几点开门", "guides": ["g78"], "section": "hours"}, "single", {"resolved": 0.0}, ())
    by = summarise([case(1, "near"), other]).by
    assert {name: (of["resolved"].value, of["resolved"].n) for name, of in by["guide"].items()} == {
        "g77": (1, 1),
        "g78": (0.5, 2),
    }
    assert {name: of["resolved"].value for name, of in by["section"].items()} == {"materials": 1, "hours": 0}
    assert list(by["style"]) == ["near"]


def test_cases_of_several_kinds_are_not_mixed():
    with pytest.raises(ValueError, match="one kind"):
        summarise([case(1, "near"), judge({"q": "护照"}, replying(answer()))])
    with pytest.raises(ValueError, match="one kind"):
        summarise([])


def test_what_falls_short():
    assert case(1, "near").holds and not case(0, "near").holds


@pytest.mark.parametrize(
    ("successes", "n", "bounds"),
    [(0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (81, 263, (0.2553, 0.3662)), (1, 2, (0.0945, 0.9055))],
)
def test_wilsons_interval(successes, n, bounds):
    assert wilson(successes, n) == pytest.approx(bounds, abs=5e-5)


def test_only_yes_and_no_have_bounds():
    assert rate([1, 0]).bounds is not None
    assert rate([0.5, 1]).bounds is None
    assert rate([0.5, 1]).value == 0.75


def test_percentiles_by_rank():
    assert [percentile(range(100), share) for share in (0.5, 0.95)] == [50, 95]
    assert percentile([3], 0.95) == 3
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_an_interval_is_never_without_its_share():
    for n in (1, 5, 50):
        for successes in range(n + 1):
            low, high = wilson(successes, n)
            assert 0 <= low <= successes / n <= high <= 1 or math.isclose(high, successes / n)
