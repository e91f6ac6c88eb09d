"""What the desk shows: one outcome that quotes the section, a card, and the same in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from invented import DESK, GUIDES, scores
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import answer, compare, people
from actions.answer import ActionAnswer
from actions.compare import ActionCompare
from actions.history import turns
from actions.people import ActionComplain, ActionHandoff
from actions.shared import Shared
from bot.book.guide import Section, Variant
from bot.book.phones import Phone
from bot.outcome import Act, Outcome, outcome_of
from index.engine import Scores
from index.memory import Memory

Message = Callable[..., Tracker]
Says = dict[str, Scores]
HOURS = "工作日星期一至星期五，上午08:30-12:00，下午1:30-5:30（法定节假日除外）"
TEXTS = {
    "eligibility": "（一）会游泳；\n（二）泳帽丢失。",
    "materials": "1.泳帽补领申请表；\n2.身份证（委托办理的需要代办人身份证）。",
    "process": "线上：点“泳帽”。\n线下：到一楼。",
    "location": "（一）威海市泳池路1号威海市泳池中心2楼泳帽窗口\n（二）各泳池",
    "hours": HOURS,
    "phone": "咨询电话：0631-5198106，监督电话：0631-5198107",
}
WAYS = (Variant("线上", "线上", "点“泳帽”。"), Variant("窗口", "线下", "到一楼。"))
SECTIONS = {key: Section(key, key, text, WAYS if key == "process" else ()) for key, text in TEXTS.items()}
PHONES = (Phone("咨询电话", "0631-5198106"), Phone("监督电话", "0631-5198107"))
ABOUT_CAP = Memory("g04", "process", {"g04": 1.0})


@pytest.fixture(autouse=True)
def cap(says: Says, monkeypatch: pytest.MonkeyPatch) -> Shared:
    """The invented book with a guide that has all sections, and a step that follows it."""
    known = {**GUIDES, "g04": replace(GUIDES["g04"], sections=SECTIONS, phones=PHONES)}
    here = answer.shared()
    desk = replace(DESK, results={"g04": ["泳帽换领申请表"]})
    judge = replace(here.judge, guides=known)
    titles = {key: f"按钮{key}" for key in SECTIONS}
    changed = replace(here, desk=desk, judge=judge, sections={**titles, **here.sections})
    monkeypatch.setattr(here.engine, "guides", known)
    for module in (answer, compare, people):
        monkeypatch.setattr(module, "shared", lambda: changed)
    return changed


def run(action: Action, tracker: Tracker) -> tuple[list[dict[str, Any]], Outcome]:
    """The messages, without what is for the journal alone, and their one outcome."""
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, tracker, {})
    messages = [message for message in dispatcher.messages if "trace" not in (message["custom"] or {})]
    return messages, outcome_of(messages)


def card_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.card is not None
    return dict(outcome.card)


def spoken(messages: list[dict[str, Any]]) -> str:
    """All that fills the texts."""
    return "\n".join(str(value) for message in messages for key, value in message.items() if key != "custom")


def test_list_is_made_of_the_materials(says: Says, message: Message) -> None:
    says["泳帽补领要什么材料"] = scores(g04=0.95)
    messages, outcome = run(ActionAnswer(), message("泳帽补领给我列个清单", "checklist"))
    assert (outcome.act, outcome.guide, outcome.section) == (Act.ANSWER, "g04", "materials")
    assert outcome.quote == TEXTS["materials"]
    items = card_of(outcome)["items"]
    assert [item["text"] for item in items] == ["泳帽补领申请表", "身份证", "委托办理的需要代办人身份证"]
    assert all(item["text"] in spoken(messages) for item in items)


def test_list_is_for_who_goes(message: Message) -> None:
    _, own = run(ActionAnswer(), message("列成清单 我自己去", "checklist", ABOUT_CAP.to_json()))
    assert (card_of(own)["person"], len(card_of(own)["items"])) == ("本人", 2)
    _, sent = run(ActionAnswer(), message("我替我妈去 列个清单", "checklist", ABOUT_CAP.to_json()))
    assert (card_of(sent)["person"], len(card_of(sent)["items"])) == ("代办", 3)


def test_doubtful_request_is_answered_like_its_section(message: Message) -> None:
    unsure = {"intent_ranking": [{"name": "checklist", "confidence": 0.4}, {"name": "fee", "confidence": 0.3}]}
    messages, outcome = run(ActionAnswer(), message("带啥", "checklist", ABOUT_CAP.to_json(), **unsure))
    assert (messages[0]["response"], outcome.section, outcome.card) == ("utter_answer", "materials", None)


def test_request_is_kept_while_the_matter_changes(says: Says, message: Message) -> None:
    _, outcome = run(ActionAnswer(), message("列成清单", "checklist", ABOUT_CAP.to_json()))
    assert outcome.section == "materials"
    says["泳帽换领"] = scores(g05=0.95)
    memory = replace(ABOUT_CAP, section="checklist", beliefs={"g04": 0.6, "g05": 0.4})
    _, outcome = run(ActionAnswer(), message("泳帽换领", "overview", memory.to_json()))
    assert outcome.guide == "g05"


def walking(message: Message, card: dict[str, Any], said: str, intent: str) -> Tracker:
    """A message right after the walk's last question."""
    tracker = message(said, intent, ABOUT_CAP.to_json())
    custom = {"act": "answer", "card": card}
    tracker.events[:0] = [{"event": "user", "text": "我能不能办"}, {"event": "bot", "data": {"custom": custom}}]
    return tracker


def test_conditions_are_asked_and_told_but_nothing_is_promised(message: Message) -> None:
    messages, outcome = run(ActionAnswer(), message("我能不能办", "eligible", ABOUT_CAP.to_json()))
    assert [one["state"] for one in card_of(outcome)["conditions"]] == ["asked", "open"]
    assert "会游泳" in spoken(messages) and messages[1]["buttons"][0]["title"] == "是"
    _, outcome = run(ActionAnswer(), walking(message, card_of(outcome), "要带什么", "materials"))
    assert (outcome.card, outcome.section) == (None, "materials")  # any other turn ends the walk


def test_walk_ends_with_what_is_met_and_what_is_lacking(message: Message) -> None:
    _, outcome = run(ActionAnswer(), message("我能不能办", "eligible", ABOUT_CAP.to_json()))
    _, outcome = run(ActionAnswer(), walking(message, card_of(outcome), "是的", "affirm"))
    assert [one["state"] for one in card_of(outcome)["conditions"]] == ["met", "asked"]
    messages, outcome = run(ActionAnswer(), walking(message, card_of(outcome), "还没有", "deny"))
    assert card_of(outcome)["done"]
    assert "符合：会游泳\n不符合：泳帽丢失" in spoken(messages)
    assert messages[1]["response"] == "utter_no_promise"
    assert PHONES[0].number in spoken(messages)
    assert (outcome.section, outcome.quote) == ("eligibility", TEXTS["eligibility"])
    dispatcher = CollectingDispatcher()
    ActionAnswer().run(dispatcher, walking(message, card_of(outcome), "是的", "affirm"), {})
    assert [one["response"] for one in dispatcher.messages] == ["utter_acknowledge"]  # over is over


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("现在还开着吗", "open", "现在上班，到12:00为止"),
        ("国庆上班吗", "closed", "国庆节不上班（国庆节放假，10月1日（星期四）到10月7日（星期三）），下次上班是10月8日"),
        ("10月10号去行吗", "unknown", "10月10日（星期六）说不准上不上班"),
    ],
)
def test_hours_of_a_moment(message: Message, text: str, state: str, words: str) -> None:
    messages, outcome = run(ActionAnswer(), message(text, "hours", ABOUT_CAP.to_json()))
    assert (card_of(outcome)["state"], outcome.section, outcome.quote) == (state, "hours", HOURS)
    assert words in spoken(messages) and HOURS in spoken(messages)


def test_hours_without_a_moment_are_quoted_alone(message: Message) -> None:
    _, outcome = run(ActionAnswer(), message("几点上班", "hours", ABOUT_CAP.to_json()))
    assert outcome.card is None
    _, outcome = run(ActionAnswer(), message(DESK.titles["open_now"], "overview", ABOUT_CAP.to_json()))
    assert card_of(outcome)["state"] == "open"


def test_usual_hours_are_told_where_no_matter_is_named(message: Message) -> None:
    messages, outcome = run(ActionAnswer(), message("周六上班吗", "hours"))
    assert (outcome.act, outcome.guide) == (Act.FALLBACK, None)
    assert (card_of(outcome)["state"], card_of(outcome)["about"]) == ("closed", "10月3日（星期六）")
    assert HOURS in spoken(messages)
    assert messages[2]["response"] == "utter_which_matter"
    assert run(ActionAnswer(), message("几点上班", "hours"))[1].card is None


def test_place_comes_with_a_map_and_numbers(message: Message) -> None:
    messages, outcome = run(ActionAnswer(), message("在哪办", "location", ABOUT_CAP.to_json()))
    hall, others = card_of(outcome)["places"]
    assert (hall["address"], hall["floor"], hall["counter"]) == ("威海市泳池路1号威海市泳池中心", "2楼", "泳帽窗口")
    assert others["map"] is None
    assert hall["map"] in spoken(messages)
    assert [phone["number"] for phone in card_of(outcome)["phones"]] == [phone.number for phone in PHONES]
    assert outcome.quote == TEXTS["location"]


def test_next_step_is_the_guide_that_asks_for_this_one(message: Message) -> None:
    messages, outcome = run(ActionAnswer(), message("办完以后办什么", "next_step", ABOUT_CAP.to_json()))
    assert [step["guide"] for step in card_of(outcome)["steps"]] == ["g05"]
    assert "泳帽换领申请表" in spoken(messages)
    assert messages[-2]["buttons"] == [{"title": "泳帽换领", "payload": "泳帽换领"}]


def test_no_next_step_is_said(message: Message) -> None:
    memory = Memory("g05", "process", {"g05": 1.0})
    messages, outcome = run(ActionAnswer(), message("办完以后办什么", "next_step", memory.to_json()))
    assert messages[0]["response"] == "utter_no_next"
    assert (outcome.card, outcome.section) == (None, "process")


def test_two_guides_side_by_side(says: Says, message: Message) -> None:
    text = "泳帽补领和泳帽换领有什么区别"
    says |= {text: scores(g04=0.6, g05=0.3), "泳帽补领": scores(g04=0.9), "泳帽换领": scores(g05=0.9)}
    messages, outcome = run(ActionCompare(), message(text, "compare"))
    assert [column["label"] for column in card_of(outcome)["columns"]] == ["补领", "换领"]
    cells = {row["section"]: row["cells"] for row in card_of(outcome)["rows"]}
    assert cells["materials"] == [TEXTS["materials"], "泳帽换领申请表"]
    assert all(cell in spoken(messages) for both in cells.values() for cell in both)
    assert outcome.guide == "g04"


def test_two_ways_side_by_side(message: Message) -> None:
    _, outcome = run(ActionCompare(), message("线上和线下有什么区别", "compare", ABOUT_CAP.to_json()))
    assert card_of(outcome)["rows"] == [
        {"section": "process", "heading": "process", "cells": ["点“泳帽”。", "到一楼。"]}
    ]


def test_what_cannot_be_compared_is_an_ordinary_turn(says: Says, message: Message) -> None:
    text = "水温和水深有什么区别"
    says |= {text: scores(out_of_scope=0.9), "水温": scores(out_of_scope=0.9), "水深": scores(out_of_scope=0.9)}
    assert run(ActionCompare(), message(text, "compare"))[1].act is Act.FALLBACK


def test_person_gets_numbers_and_what_was_said(message: Message) -> None:
    tracker = message("转人工", "handoff", replace(ABOUT_CAP, said={"audience": ("企业",)}).to_json())
    custom = {"act": "answer", "guide": "g04"}
    tracker.events[:0] = [{"event": "user", "text": "泳帽丢了"}, {"event": "bot", "data": {"custom": custom}}]
    messages, outcome = run(ActionHandoff(), tracker)
    card = card_of(outcome)
    assert [phone["number"] for phone in card["phones"]] == ["0631-5198106", "12333"]
    assert (card["open"], card["hours"]) == (True, HOURS)
    assert card["summary"] == ["问的事：泳帽补领", "说过的情况：企业", "问过：泳帽丢了"]
    assert "\n".join(card["summary"]) in spoken(messages)
    assert "现在上班，到12:00为止" in spoken(messages)
    _, outcome = run(ActionComplain(), message("我要投诉", "complain", ABOUT_CAP.to_json()))
    assert card_of(outcome)["phones"][0]["number"] == "0631-5198107"


def test_moment_of_an_earlier_question_is_not_asked_again(message: Message) -> None:
    tracker = message("几点上班", "hours", ABOUT_CAP.to_json())
    before = [{"event": "user", "text": "周六能办吗"}, {"event": "bot", "data": {"custom": {"act": "answer"}}}]
    tracker.events[:0] = before
    assert run(ActionAnswer(), tracker)[1].card is None
    before[1]["data"] = {"custom": {"act": "clarify"}}
    assert run(ActionAnswer(), tracker)[1].card is not None  # what was asked back about is answered now


def test_history_begins_anew_after_starting_over(message: Message) -> None:
    tracker = message("转人工")
    tracker.events[:0] = [
        {"event": "user", "text": "泳帽丢了"},
        {"event": "bot", "data": {"custom": {"act": "answer"}}},
        {"event": "user", "text": "重新开始"},
        {"event": "bot", "data": {"custom": {"act": "restart"}}},
    ]
    assert [turn.said for turn in turns(tracker)] == ["转人工"]
