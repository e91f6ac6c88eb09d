"""Turns that are about the conversation: a person is wanted, a complaint, starting over, giving up."""
from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.hear import CLOSED, heard, memory_of, remember
from actions.shared import shared
from bot.outcome import Act, Outcome
from index.memory import Memory


class ActionHandoff(Action):
    """The phone numbers and hours of the guide under discussion, or the general ones."""

    response, words = "utter_handoff", "咨询"

    def name(self) -> str:
        return "action_handoff"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here, memory = shared(), memory_of(tracker)
        guide = here.engine.guides[memory.guide or min(here.engine.guides)]
        phones = [phone for phone in guide.phones if self.words in phone.label] or list(guide.phones)
        hours = guide.sections.get("hours")
        dispatcher.utter_message(
            response=self.response, hotline=here.settings.hotline, hours=hours.text if hours else "",
            phones="\n".join(f"{phone.label}：{phone.number}" for phone in phones),
        )  # fmt: skip
        dispatcher.utter_message(json_message=Outcome(Act.HANDOFF, memory.guide).to_custom())
        return dropped(memory)


class ActionComplain(ActionHandoff):
    """The supervision numbers of the guide under discussion."""

    response, words = "utter_complain", "监督"

    def name(self) -> str:
        return "action_complain"


class ActionDistress(Action):
    """A word of sympathy and the line that helps; a question under way is dropped."""

    def name(self) -> str:
        return "action_distress"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here = shared()
        if not heard(tracker, here.sections, here.signs).talk:  # hardly believed, and no word of it
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
