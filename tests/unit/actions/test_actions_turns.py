"""The actions turn decisions into messages and events: one outcome a turn, and the question that stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from invented import OFFICE, SHOP, scores
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer, ActionQuote
from actions.clarify import ASK_ACTIONS, ActionAskFacet, ValidateClarifyForm, has_outcome
from actions.people import ActionCancel, ActionComplain, ActionDistress, ActionHandoff, ActionStartOver
from bot.outcome import Act, outcome_of
from bot.trace import trace_of
from index.engine import Scores
from index.memory import Memory, Pending

FACETS = ["audience", "person", "status", "matter"]
DOMAIN = {"forms": {"clarify_form": {"required_slots": FACETS}}}
Message = Callable[..., Tracker]
Says = dict[str, Scores]
ASKED = Pending("audience", "泳票先停停", "materials", {"g01": 0.55, "g02": 0.38, "g03": 0.07}, turn="m0")
WAITING = Memory(said={"person": ("本人",)}, pending=ASKED)


def run(action: Action, tracker: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Messages, without what is for the journal alone, and events."""
    messages, events = everything(action, tracker)
    return [message for message in messages if "trace" not in (message["custom"] or {})], events


def everything(action: Action, tracker: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, DOMAIN)
    return dispatcher.messages, asyncio.run(events) if asyncio.iscoroutine(events) else events


def memory_in(events: list[dict[str, Any]]) -> Memory:
    return Memory.of(next(event["value"] for event in events if event.get("name") == "memory"))


def test_clear_question_is_quoted_and_no_question_is_open(says: Says, message: Message) -> None:
    says["泳帽补领带啥"] = scores(g04=0.95)
    messages, events = run(ActionAnswer(), message("泳帽补领带啥", "materials"))
    outcome = outcome_of(messages)
    assert (outcome.guide, outcome.section, outcome.quote) == ("g04", "materials", "泳帽补领申请表")
    assert ActiveLoop(None) in events
    assert memory_in(events).guide == "g04"


def test_the_journal_hears_how_a_question_was_understood(says: Says, message: Message) -> None:
    says["泳帽补领带啥"] = scores(g04=0.95)
    trace = trace_of(everything(ActionAnswer(), message("泳帽补领带啥", "materials"))[0])
    assert trace is not None
    assert (trace.candidates["g04"], trace.intent, trace.release) == (0.95, "materials", None)


BOTH = {"text": "泳帽补领带啥？", "later": "泳票先停停咋办", "intent": {"name": "materials", "confidence": 0.9}}


def both(message: Message, **more: Any) -> Tracker:
    """The tracker of a message with two questions, as NLU hands it on."""
    first = {**BOTH, "intent_ranking": [BOTH["intent"]], "asked": []}
    return message("泳帽补领带啥？泳票先停停咋办", "process", matters=[first], **more)


def test_first_of_two_matters_is_quoted_and_the_other_offered(says: Says, message: Message) -> None:
    says["泳帽补领带啥？"], says["泳票先停停咋办"] = scores(g04=0.95), scores(g01=0.9, g02=0.05)
    messages, events = run(ActionAnswer(), both(message))
    assert (outcome_of(messages).guide, outcome_of(messages).section) == ("g04", "materials")
    (offer,) = [one for one in messages if one["response"] == "utter_later"]
    assert offer["buttons"] == [{"title": "泳票先停停咋办", "payload": "泳票先停停咋办"}]
    assert memory_in(events).later is None


def test_other_matter_waits_while_the_first_is_asked_back(says: Says, message: Message) -> None:
    says["泳帽补领带啥？"], says["泳票先停停咋办"] = scores(g01=0.55, g02=0.38, g03=0.02), scores(g04=0.95)
    _, events = run(ActionAnswer(), both(message))
    memory = memory_in(events)
    assert memory.later == "泳票先停停咋办"
    settled = replace(memory, guide="g01", section="materials", pending=None)
    messages, events = run(ActionQuote(), message("公司的", memory=settled.to_json()))
    assert [one["response"] for one in messages if one["response"]][-1] == "utter_later"
    assert memory_in(events).later is None


def test_other_matter_waits_through_a_side_question_and_is_not_offered_once_it_was_asked(
    says: Says, message: Message
) -> None:
    says["泳帽补领带啥"], says["泳票先停停咋办"] = scores(g04=0.95), scores(g01=0.95)
    waiting = replace(WAITING, later="泳帽换领咋办").to_json()
    messages, events = run(ActionAnswer(), message("泳帽补领带啥", "materials", waiting))
    assert "utter_later" not in [one["response"] for one in messages]
    assert memory_in(events).later == "泳帽换领咋办"
    same = replace(WAITING, later="泳帽补领带啥").to_json()
    assert memory_in(run(ActionAnswer(), message("泳帽补领带啥", "materials", same))[1]).later is None


def test_long_question_is_cut_on_its_button_not_in_what_it_says(says: Says, message: Message) -> None:
    settled = Memory("g01", "materials", later="泳帽丢了怎么补" * 4)
    messages, _ = run(ActionQuote(), message("公司的", memory=settled.to_json()))
    (button,) = messages[-1]["buttons"]
    assert (len(button["title"]), button["payload"]) == (20, settled.later)


def test_two_questions_about_one_matter_are_one(says: Says, message: Message) -> None:
    says["泳帽补领带啥？泳票先停停咋办"] = says["泳帽补领带啥？"] = says["泳票先停停咋办"] = scores(g04=0.95)
    messages, _ = run(ActionAnswer(), both(message))
    assert outcome_of(messages).section == "process"
    assert "utter_later" not in [one["response"] for one in messages]


def test_look_alikes_open_the_form_that_asks(says: Says, message: Message) -> None:
    says["泳票先停停"] = scores(g01=0.55, g02=0.38, g03=0.02)
    messages, events = run(ActionAnswer(), message("泳票先停停", "materials", message_id="m3"))
    assert messages == []
    assert events[-1] == FollowupAction("clarify_form")
    pending = memory_in(events).pending
    assert pending is not None
    assert (pending.slot, pending.turn) == ("audience", "m3")


def test_what_is_not_in_the_book_is_refused(says: Says, message: Message) -> None:
    says["今天水温几度"] = scores(out_of_scope=0.9)
    messages, _ = run(ActionAnswer(), message("今天水温几度", "out_of_scope"))
    assert messages[0]["response"] == "utter_fallback"
    assert outcome_of(messages).act is Act.FALLBACK


def test_who_only_tells_something_is_asked_on_and_the_question_is_read_with_it(says: Says, message: Message) -> None:
    says["昨天游泳"], says["昨天游泳，怎么补"] = scores(out_of_scope=0.9), scores(g04=0.95)
    messages, events = run(ActionAnswer(), message("昨天游泳", "inform"))
    assert messages[0]["response"] == "utter_told"
    assert outcome_of(messages).act is Act.FALLBACK
    messages, _ = run(ActionAnswer(), message("怎么补", "overview", memory=memory_in(events).to_json()))
    assert outcome_of(messages).guide == "g04"


def test_section_without_a_matter_asks_which_matter(says: Says, message: Message) -> None:
    messages, _ = run(ActionAnswer(), message("带啥", "materials"))
    assert messages[0]["response"] == "utter_which_matter"


def test_nod_with_no_question_under_way_is_no_question(says: Says, message: Message) -> None:
    messages, events = run(ActionAnswer(), message("嗯嗯", "affirm"))
    assert [one["response"] for one in messages] == ["utter_acknowledge"]
    assert events == []


def test_denial_after_an_answer_is_no_nod(says: Says, message: Message) -> None:
    says["不是企业的"] = scores(topicless=0.9)
    asked = Memory(guide="g01", section="materials", beliefs={"g01": 0.9, "g02": 0.1})
    messages, _ = run(ActionAnswer(), message("不是企业的", "deny", memory=asked.to_json()))
    assert outcome_of(messages).guide == "g02"


def test_form_asks_for_the_facet_of_the_memory_alone(says: Says, message: Message) -> None:
    form = ValidateClarifyForm()

    def required(memory: Memory | None) -> list[str]:
        tracker = message(memory=memory and memory.to_json())
        return asyncio.run(form.required_slots(FACETS, CollectingDispatcher(), tracker, DOMAIN))

    assert required(WAITING) == ["audience"]
    assert required(None) == []


def test_reply_fills_the_slot_with_the_value_of_the_guide(says: Says, message: Message) -> None:
    tracker = message("2", "inform", WAITING.to_json())
    _, events = run(ValidateClarifyForm(), tracker)
    assert SlotSet("audience", OFFICE) in events
    assert SlotSet("requested_slot", None) in events
    assert memory_in(events).guide == "g02"
    assert memory_in(events).pending is None


def test_turn_that_put_the_question_is_no_reply_to_it(says: Says, message: Message) -> None:
    tracker = message("泳票先停停", memory=WAITING.to_json(), message_id="m0")
    _, events = run(ValidateClarifyForm(), tracker)
    assert events == [SlotSet("requested_slot", "audience")]


def test_another_question_fills_nothing_so_that_the_rules_answer_it(says: Says, message: Message) -> None:
    says["泳帽丢了"] = scores(g04=0.95)
    _, events = run(ValidateClarifyForm(), message("泳帽丢了", "overview", WAITING.to_json()))
    assert events == []


def test_second_question_empties_the_slot_that_it_asks_for(says: Says, message: Message) -> None:
    lopsided = replace(ASKED, beliefs={"g02": 0.8, "g01": 0.1, "g03": 0.1})
    tracker = message("企业（按钮）", "inform", Memory(pending=lopsided).to_json())
    _, events = run(ValidateClarifyForm(), tracker)
    assert SlotSet("person", None) in events
    assert SlotSet("requested_slot", "person") in events
    pending = memory_in(events).pending
    assert pending is not None and pending.slot == "person"


def test_question_is_asked_with_a_button_a_value_and_one_for_none(says: Says, message: Message) -> None:
    messages, _ = run(ActionAskFacet(), message("泳票先停停", memory=WAITING.to_json()))
    assert (messages[0]["response"], messages[0]["section"]) == ("utter_clarify_because", "申请材料")
    assert messages[0]["names"] == "企业和机关事业单位"
    titles = [button["title"] for button in messages[0]["buttons"]]
    assert titles == ["企业（按钮）", "机关事业单位（按钮）", "都不是/不清楚"]
    outcome = outcome_of(messages)
    assert (outcome.act, outcome.slot, outcome.section) == (Act.CLARIFY, "audience", "materials")
    assert [option.title for option in outcome.options] == titles
    assert all("/" not in button["payload"][:1] for button in messages[0]["buttons"])


def test_question_put_again_explains_how_to_tell(says: Says, message: Message) -> None:
    again = replace(WAITING, pending=replace(ASKED, repeated=True))
    messages, _ = run(ActionAskFacet(), message("不懂", memory=again.to_json()))
    assert messages[0]["response"] == "utter_clarify_again"


def test_question_that_comes_back_brings_no_second_outcome(says: Says, message: Message) -> None:
    tracker = message("几点开门", memory=WAITING.to_json())
    tracker.events.append({"event": "bot", "data": {"custom": {"act": "answer"}}})
    assert has_outcome(tracker)
    messages, _ = run(ActionAskFacet(), tracker)
    assert len(messages) == 1
    assert messages[0]["buttons"]
    tracker.events.append({"event": "user", "text": "还有"})
    assert not has_outcome(tracker)


def test_every_facet_has_the_action_that_rasa_calls() -> None:
    assert {action().name() for action in ASK_ACTIONS} == {
        f"action_ask_clarify_form_{facet}" for facet in ("audience", "person", "status", "matter")
    }


def test_settled_question_is_quoted(says: Says, message: Message) -> None:
    settled = Memory("g02", "location", {"g02": 1.0})
    messages, events = run(ActionQuote(), message("2", memory=settled.to_json()))
    assert outcome_of(messages).quote == "一楼"
    assert ActiveLoop(None) in events


@pytest.mark.parametrize("action", [ActionHandoff(), ActionComplain()])
def test_people_are_reached_by_the_numbers_of_the_matter(says: Says, message: Message, action: Action) -> None:
    messages, events = run(action, message("转人工", memory=Memory("g04").to_json()))
    outcome = outcome_of(messages)
    assert (outcome.act, outcome.guide) == (Act.HANDOFF, "g04")
    assert messages[0]["hotline"] == "12333"
    assert memory_in(events) == Memory("g04")


def test_starting_over_forgets_everything(says: Says, message: Message) -> None:
    messages, events = run(ActionStartOver(), message("重来", memory=WAITING.to_json()))
    assert outcome_of(messages).act is Act.RESTART
    assert AllSlotsReset() in events and ActiveLoop(None) in events


def test_giving_up_drops_the_question_but_not_what_was_said(says: Says, message: Message) -> None:
    messages, events = run(ActionCancel(), message("算了", memory=WAITING.to_json()))
    assert outcome_of(messages).act is Act.CANCEL
    assert memory_in(events) == replace(WAITING, pending=None, shelved=ASKED)
    assert ActiveLoop(None) in events


def test_value_said_in_a_shop_moves_a_conversation(says: Says, message: Message) -> None:
    said = {"entity": "audience", "value": SHOP, "start": 0, "end": 2}
    memory = Memory("g02", "materials", {"g02": 0.88, "g01": 0.1})
    tracker = message("企业的呢", "inform", memory.to_json(), entities=[said])
    messages, _ = run(ActionAnswer(), tracker)
    assert (outcome_of(messages).guide, outcome_of(messages).section) == ("g01", "materials")


@pytest.mark.parametrize(
    ("text", "response"), [("游不动了，掉水里了", "utter_distress_illness"), ("真难啊", "utter_distress")]
)
def test_distress_gets_the_line_that_helps_and_ends_the_question(
    says: Says, message: Message, text: str, response: str
) -> None:
    messages, events = run(ActionDistress(), message(text, "distress", WAITING.to_json()))
    assert messages[0]["response"] == response
    assert outcome_of(messages).act is Act.HANDOFF
    assert memory_in(events).pending is None and ActiveLoop(None) in events


def test_distress_that_is_hardly_believed_is_a_question(says: Says, message: Message) -> None:
    says["泳帽丢了真难"] = scores(g04=0.95)
    messages, _ = run(ActionDistress(), message("泳帽丢了真难", intent={"name": "distress", "confidence": 0.5}))
    assert outcome_of(messages).guide == "g04"


def test_distress_is_no_reply_to_a_question(says: Says, message: Message) -> None:
    shop = {"entity": "audience", "value": SHOP, "start": 0, "end": 2}
    tracker = message("企业不管我，掉水里了", "distress", WAITING.to_json(), entities=[shop])
    assert run(ValidateClarifyForm(), tracker)[1] == []


def test_both_look_alikes_are_quoted_for_who_cannot_tell(says: Says, message: Message) -> None:
    memory = Memory("g01", "materials", {"g01": 0.6, "g02": 0.4}, beside="g02")
    messages, _ = run(ActionQuote(), message("不知道", "unsure", memory.to_json()))
    assert [one["response"] for one in messages if one.get("response")] == ["utter_beside", "utter_answer"]
    assert [one["quote"] for one in messages if one.get("quote")] == ["机关泳票暂停申请表", "企业泳票暂停申请表"]
    assert outcome_of(messages).guide == "g01"


def test_refusal_names_the_guides_that_are_near(says: Says, message: Message) -> None:
    says["泳帽能借吗"] = scores(g04=0.2, out_of_scope=0.8)
    messages, _ = run(ActionAnswer(), message("泳帽能借吗", "out_of_scope"))
    assert outcome_of(messages).act is Act.FALLBACK
    assert [button["title"] for button in messages[1]["buttons"]] == ["泳帽补领"]
