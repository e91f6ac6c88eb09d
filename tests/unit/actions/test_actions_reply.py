"""A quote is the section's own words, whatever is said around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from invented import DESK, GUIDES, SIGNS
from rasa_sdk.executor import CollectingDispatcher

from actions.reply import others, quote, refuse
from actions.shared import Shared
from bot.book.guide import SECTION_KEYS, Guide, Note, Section, Variant
from bot.outcome import Act, outcome_of
from bot.settings import Settings

ONLINE, COUNTER = Variant("线上", "线上渠道", "点“泳帽”。"), Variant("窗口", "线下渠道", "到一楼。")
STEPS = Section("process", "办理流程", "线上渠道：点“泳帽”。\n线下渠道：到一楼。", (ONLINE, COUNTER))
CALL = Section("phone", "咨询电话、监督电话", "咨询电话：0631-0000001")
WHOLE = ("audience_desc", "eligibility", "materials", "fee", "time_limit", "location", "hours")
TITLES = {key: f"按钮{key}" for key in ("overview", *SECTION_KEYS)}
HERE = Shared(Settings(), cast(Any, SimpleNamespace(guides=GUIDES)), cast(Any, None), TITLES, SIGNS, DESK)
CAP = replace(
    GUIDES["g04"],
    sections={key: Section(key, key, f"原文{key}") for key in WHOLE} | {"process": STEPS, "phone": CALL},
    notes=(Note("fee", "“免非”疑为“免费”。"),),
)


def key_of(title: str) -> str:
    return next(key for key, own in TITLES.items() if own == title)


def said(guide: Guide, asked: str, *channel: str, more: Sequence[str] = ()) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    quote(dispatcher, HERE, guide, asked, channel, more=more)
    return dispatcher.messages


def test_section_is_quoted_with_its_heading_and_where_it_stands() -> None:
    messages = said(CAP, "materials")
    assert messages[0]["response"] == "utter_answer"
    assert (messages[0]["title"], messages[0]["heading"]) == ("泳帽补领", "materials")
    assert messages[0]["quote"] == "原文materials"
    outcome = outcome_of(messages)
    assert (outcome.act, outcome.guide, outcome.section) == (Act.ANSWER, "g04", "materials")
    assert outcome.quote == "原文materials"
    assert outcome.source is not None and outcome.source.title == "泳帽补领"


def test_further_sections_are_said_after_the_first_and_stand_in_the_same_outcome() -> None:
    messages = said(CAP, "materials", more=("process", "fee"))
    assert [message.get("quote") for message in messages] == ["原文materials", STEPS.text, "原文fee", None, None]
    assert "按钮fee" not in [button["title"] for button in messages[0]["buttons"]]
    outcome = outcome_of(messages)
    assert (outcome.section, outcome.quote) == ("materials", "原文materials")
    assert [(part.section, part.quote) for part in outcome.more] == [("process", STEPS.text), ("fee", "原文fee")]
    assert [part.channel for part in outcome.more[0].variants] == ["线上", "窗口"]
    assert (outcome.more[0].note, outcome.more[1].note) == (None, "“免非”疑为“免费”。")
    assert messages[3]["note"] == outcome.more[1].note
    assert all(part.source == outcome.source for part in outcome.more)


@pytest.mark.parametrize("asked", ["overview", "process"])
def test_no_section_is_quoted_twice_or_out_of_nothing(asked: str) -> None:
    without_fee = replace(CAP, sections={k: s for k, s in CAP.sections.items() if k != "fee"})
    assert outcome_of(said(without_fee, asked, more=("process", "fee"))).more == ()


def test_how_it_is_done_at_all_is_answered_with_the_steps() -> None:
    messages = said(CAP, "overview")
    assert messages[0]["response"] == "utter_answer_overview"
    assert messages[0]["quote"] == STEPS.text
    assert outcome_of(messages).section == "overview"
    assert messages[0]["buttons"][0] == {"title": "按钮materials", "payload": "按钮materials"}


def test_channel_that_was_said_is_shown_alone_but_the_outcome_holds_all() -> None:
    messages = said(CAP, "process", "线上")
    assert messages[0]["quote"] == "线上渠道：点“泳帽”。"
    outcome = outcome_of(messages)
    assert outcome.quote == STEPS.text
    assert [variant.channel for variant in outcome.variants] == ["线上", "窗口"]
    assert said(CAP, "materials", "线上")[0]["quote"] == "原文materials"


def test_section_that_is_missing_is_said_so_with_the_numbers_to_call() -> None:
    guide = replace(CAP, sections={key: CAP.sections[key] for key in CAP.sections if key != "hours"})
    messages = said(guide, "hours")
    assert (messages[0]["response"], messages[0]["asked"]) == ("utter_absent", "按钮hours")
    assert messages[0]["quote"] == CALL.text
    outcome = outcome_of(messages)
    assert (outcome.section, outcome.quote) == ("phone", CALL.text)


def test_editors_remark_is_said_beside_the_section_it_is_about() -> None:
    messages = said(CAP, "fee")
    assert messages[1]["response"] == "utter_note"
    assert messages[1]["note"] == outcome_of(messages).note == "“免非”疑为“免费”。"
    assert outcome_of(said(CAP, "hours")).note is None


@pytest.mark.parametrize("asked", ["overview", "materials", "fee"])
def test_next_sections_are_a_tap_away_but_not_the_one_just_quoted(asked: str) -> None:
    shown = others(HERE, CAP, asked)
    assert len(shown) == 6
    assert set(shown) <= set(TITLES.values())
    assert {asked, "process" if asked == "overview" else asked}.isdisjoint(map(key_of, shown))


def test_refusal_gives_the_numbers_of_the_settings() -> None:
    dispatcher = CollectingDispatcher()
    refuse(dispatcher, replace(HERE, settings=Settings(hotline="12345")))
    assert dispatcher.messages[0]["hotline"] == "12345"
    assert dispatcher.messages[0]["consult"] == "0631-5198106"
    assert outcome_of(dispatcher.messages).act is Act.FALLBACK
