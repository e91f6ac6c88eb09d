"""Turns that are about the conversation: a person is wanted, a complaint, starting over, giving up."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.hear import CLOSED, heard, memory_of, remember
from actions.history import turns
from actions.opening import moment_now, opening_words
from actions.shared import Shared, shared
from bot.book.phones import Phone
from bot.desk.eligibility import reply_of
from bot.desk.handoff import CONSULT, SUPERVISION, Exchange, phones, summary
from bot.desk.opening import Reason, Schedule, opening
from bot.outcome import Act, Outcome
from index.facets import TELLING
from index.memory import Memory


class ActionHandoff(Action):
    """The phone numbers and hours of the guide under discussion, or the general ones, and what to tell the person."""

    responses: tuple[str, ...] = ("utter_handoff",)
    about = CONSULT

    def name(self) -> str:
        return "action_handoff"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here, memory = shared(), memory_of(tracker)
        guide = here.engine.guides[memory.guide or min(here.engine.guides)]
        numbers, section = phones(guide, self.about), guide.sections.get("hours")
        hours = section.text if section else here.desk.words["reasons"][Reason.NOT_WRITTEN]
        found = opening(Schedule.of(hours), moment_now(here))
        for response in self.responses:
            dispatcher.utter_message(
                response=response, hotline=here.settings.hotline, hours=hours, now=f"{opening_words(here, found)}。\n",
                phones="\n".join(f"{phone.label}：{phone.number}" for phone in numbers),
            )  # fmt: skip
        lines = told(here, tracker, memory)
        if lines:
            dispatcher.utter_message(response="utter_summary", summary="\n".join(lines))
        hotline = Phone(here.desk.words["hotline"], here.settings.hotline)
        card = {
            "kind": "handoff", "phones": [vars(phone).copy() for phone in (*numbers, hotline)], "hours": hours,
            "open": {"open": True, "closed": False}.get(found.state), "summary": list(lines),
        }  # fmt: skip
        dispatcher.utter_message(json_message=Outcome(Act.HANDOFF, memory.guide, card=card).to_custom())
        return dropped(memory)


class ActionComplain(ActionHandoff):
    """The supervision numbers of the guide under discussion."""

    responses = ("utter_complain", "utter_complain_numbers")
    about = SUPERVISION

    def name(self) -> str:
        return "action_complain"


def told(here: Shared, tracker: Tracker, memory: Memory) -> tuple[str, ...]:
    """The conversation in a few lines, without nods and the turns that ask for a person."""
    titles = {guide.id: guide.title for guide in here.engine.guides.values()}
    before = (turn for turn in turns(tracker)[:-1] if turn.outcome.get("act") != Act.HANDOFF)
    asked = [turn for turn in before if reply_of(turn.said) is None]
    exchanges = [Exchange(turn.said, titles.get(turn.outcome.get("guide") or "")) for turn in asked]
    facts = [value for facet in TELLING for value in memory.said.get(facet, ())]
    return summary(exchanges, facts, here.desk.words["summary"])


class ActionDistress(Action):
    """A word of sympathy and the line that helps; a question under way is dropped."""

    def name(self) -> str:
        return "action_distress"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here = shared()
        if not heard(tracker.latest_message, here.sections, here.signs).talk:  # hardly believed, and no word of it
            return ActionAnswer().run(dispatcher, tracker, domain)
        kind = here.signs.trouble(str(tracker.latest_message.get("text") or ""))
        response = f"utter_distress_{kind}" if kind else "utter_distress"
        dispatcher.utter_message(response=response, hotline=here.settings.hotline)
        dispatcher.utter_message(json_message=Outcome(Act.HANDOFF).to_custom())
        return dropped(memory_of(tracker))


class ActionStartOver(Action):
    """Forget everything and begin again."""

    def name(self) -> str:
        return "action_restart"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_start_over")
        dispatcher.utter_message(json_message=Outcome(Act.RESTART).to_custom())
        return [*CLOSED, AllSlotsReset()]


class ActionCancel(Action):
    """Drop the question under way; what was said of the person stays."""

    def name(self) -> str:
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_cancel")
        dispatcher.utter_message(json_message=Outcome(Act.CANCEL).to_custom())
        return dropped(memory_of(tracker))


def dropped(memory: Memory) -> list[dict[str, Any]]:
    """Events that end a question under way; the matter and what was said of the person stay."""
    return [*remember(memory.without_question()), *CLOSED]
