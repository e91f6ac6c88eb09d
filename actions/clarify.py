"""The form that asks one clarifying question: its slot is the facet that best tells the candidates apart."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hear import heard, memory_of, put_now, remember, turn_of
from actions.reply import options_of
from actions.shared import Shared, shared
from actions.traces import tell
from bot.desk.request import section_of
from bot.outcome import Act, Option, Outcome
from index.clarify import Question, differing
from index.facets import FACETS
from index.memory import Pending

ANY = "不限"  # fills the slot of a facet that the settled guide has no value of


class ValidateClarifyForm(FormValidationAction):
    """Reads the reply to the question under way; what is no reply is left to the rules, and the form waits."""

    def name(self) -> str:
        return "validate_clarify_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        pending = memory_of(tracker).pending
        return [pending.slot] if pending else []

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        events = self.reply_events(dispatcher, tracker)
        if events is None:
            return []
        tracker.add_slots(events)
        following = await self.next_requested_slot(dispatcher, tracker, domain)
        return [*events, following] if following else events

    def reply_events(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]] | None:
        """Slots that the reply fills; none right after the question was chosen; None where it is no reply."""
        here, memory = shared(), memory_of(tracker)
        said = heard(tracker.latest_message, here.sections, here.signs, here.meant)
        if memory.pending is None or memory.pending.turn == turn_of(tracker):
            return []
        alone, together = here.engine.scores([said.text, f"{memory.pending.text}，{said.text}"])
        decision = here.judge.resolve(said, alone, together, memory)
        if decision is None:
            return None
        tell(dispatcher, here, tracker.latest_message, together)
        if decision.act is Act.CLARIFY:
            return remember(put_now(decision.memory, tracker))
        slot, guide = memory.pending.slot, here.engine.guides[decision.guide or ""]
        filled = "、".join(guide.facets.get(slot, ())) or ANY
        return [*remember(decision.memory), SlotSet(slot, filled)]


class ActionAskFacet(Action):
    """Asks for one facet, with a button for each of its values among the candidates."""

    slot = ""

    def name(self) -> str:
        return f"action_ask_clarify_form_{self.slot}" if self.slot else "action_ask_clarify_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here, memory = shared(), memory_of(tracker)
        pending = memory.pending
        question = here.judge.question_of(pending) if pending else None
        if pending is None or question is None:
            return []
        options = (*question.options, Option(here.judge.none_title, here.judge.none_title))
        response, words = wording(here, question, pending)
        dispatcher.utter_message(response=response, **words, buttons=options_of(options))
        if not has_outcome(tracker):
            result = Outcome(Act.CLARIFY, None, pending.section, question.slot, options)
            dispatcher.utter_message(json_message=result.to_custom())
        return []


def wording(here: Shared, question: Question, pending: Pending) -> tuple[str, dict[str, str]]:
    """The response that asks the question, and what fills it: why it is asked, or how to tell the second time."""
    facet = here.engine.facets[question.slot]
    if pending.repeated:
        return "utter_clarify_again", {"hint": facet.hint, "hotline": here.settings.hotline}
    if question.by_title:
        return "utter_clarify_matter", {}
    *names, last = differing(question, pending.section, here.engine.guides, facet) or ("",)
    if not names:
        return "utter_clarify", {"why": facet.why, "ask": facet.ask}
    section = here.sections[section_of(pending.section)]
    return "utter_clarify_because", {"names": f"{'、'.join(names)}和{last}", "section": section, "ask": facet.ask}


def has_outcome(tracker: Tracker) -> bool:
    """Whether this turn came to something already: a side question was answered, and the question comes back."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "bot" and ((event.get("data") or {}).get("custom") or {}).get("act"):
            return True
    return False


ASK_ACTIONS = [type(f"ActionAsk{facet.title()}", (ActionAskFacet,), {"slot": facet}) for facet in FACETS]
