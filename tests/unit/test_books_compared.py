"""The comparison of the fault tests finds what it is there for."""

from __future__ import annotations

import pytest
from record import RECEIVED, Row, Said, Talk, compare

SENDER = "rest:u1"


def row(text: str, act: str | None = "answer", state: str = "completed", own: bool = False) -> Row:
    return Row(SENDER, text, state, act, own)


def talk(*said: tuple[str, str | None], **kind: bool) -> Talk:
    return Talk(SENDER, said=[Said(text, act) for text, act in said], **kind)


ONE_TWO = talk(("一", "answer"), ("二", "answer"))


def test_books_that_agree() -> None:
    verdict = compare([ONE_TWO], [row("一"), row("二")], {SENDER: ["一", "二"]})
    assert (verdict.sent, verdict.answered, verdict.wrong) == (2, 2, [])


def test_what_was_not_taken_and_said_so_is_no_loss() -> None:
    told = talk(("一", "answer"), ("二", "error"), ("三", None))
    verdict = compare([told], [row("一")], {SENDER: ["一"]})
    assert (verdict.refused, verdict.silent, verdict.wrong) == (1, 1, [])


@pytest.mark.parametrize(
    ("told", "rows", "heard", "found"),
    [
        (ONE_TWO, [row("一")], ["一", "二"], "lost"),
        (ONE_TWO, [row("一"), row("二"), row("二")], ["一", "二"], "doubled"),
        (ONE_TWO, [row("二"), row("一")], ["二", "一"], "another order than said"),
        (ONE_TWO, [row("一"), row("二")], ["二", "一"], "another order than written"),
        (ONE_TWO, [row("一"), row("二")], ["一"], "or not at all"),
        (ONE_TWO, [row("一"), row("二")], ["一", "二", "一"], "took one twice"),
        (ONE_TWO, [row("一"), row("二", "clarify")], ["一", "二"], "told answer, written clarify"),
        (ONE_TWO, [row("一"), row("二"), row("三")], ["一", "二", "三"], "nobody said"),
        (talk(("一", None)), [row("一", None, RECEIVED)], [], "without an outcome"),
        (talk(("一", "error")), [row("一", None, RECEIVED)], [], "refused and kept"),
        (talk(("一", "answer"), retries=True), [row("一"), row("一")], ["一", "一"], "doubled"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_disagreement_is_found(told: Talk, rows: list[Row], heard: list[str], found: str) -> None:
    verdict = compare([told], rows, {SENDER: heard})
    assert any(found in wrong for wrong in verdict.wrong), verdict.wrong


def test_a_killed_edge_may_leave_a_turn_without_an_outcome_and_the_widget_take_it_anew() -> None:
    told = talk(("一", "answer"), retries=True)
    rows = [row("一", None, RECEIVED), row("一")]
    assert compare([told], rows, {SENDER: ["一", "一"]}, edge_killed=True).wrong == []
