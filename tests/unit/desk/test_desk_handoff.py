"""Numbers by what they are for, and the conversation in a few lines."""

from __future__ import annotations

from bot.book.guide import Guide
from bot.desk.handoff import CONSULT, LONGEST, MOST_SAID, SUPERVISION, Exchange, phones, summary

PATTERNS = {"matter": "事：{0}", "facts": "人：{0}", "said": "问：{0}"}


def test_numbers_of_every_guide_stand_in_it(book: dict[str, Guide]) -> None:
    for guide in book.values():
        consult, supervision = phones(guide, CONSULT), phones(guide, SUPERVISION)
        assert consult and supervision
        assert all(phone.number in guide.sections["phone"].text for phone in (*consult, *supervision))
    assert {phone.number for phone in phones(book["g77"], CONSULT)}.isdisjoint(
        phone.number for phone in phones(book["g77"], SUPERVISION)
    )


def test_summary_tells_matter_person_and_words() -> None:
    turns = [Exchange("卡丢了咋补", "补领"), Exchange("在哪办", "补领"), Exchange("  "), Exchange("在哪办", "补领")]
    assert summary(turns, ("企业",), PATTERNS) == ("事：补领", "人：企业", "问：卡丢了咋补", "问：在哪办")


def test_nothing_said_needs_no_summary() -> None:
    assert summary([], (), PATTERNS) == ()


def test_long_conversations_are_cut_to_what_was_said_last() -> None:
    lines = summary([Exchange(f"{at}" + "长" * 90) for at in range(9)], (), PATTERNS)
    assert len(lines) == MOST_SAID
    assert lines[-1] == "问：8" + "长" * (LONGEST - 1) + "…"
