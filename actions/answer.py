"""Answering a question, or passing it to the form that asks back."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import present
from actions.hear import CLOSED, heard, memory_of, put_now, remember
from actions.opening import say_usual
from actions.reply import quote, quote_beside, refuse
from actions.shared import shared
from actions.traces import tell
from actions.walk import walk_on
from bot.desk.request import section_of
from bot.outcome import Act
from index.memory import Memory


class ActionAnswer(Action):
    """Whatever asks for something: quote, ask back through the form, or refuse."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here = shared()
        if walk_on(dispatcher, here, tracker):
            return []
        said = heard(tracker, here.sections, here.signs, here.meant)
        if said.unsure and not said.said:  # a nod or a shrug with no question under way
            dispatcher.utter_message(response="utter_acknowledge")
            return []
        request = here.desk.request_in(said.text, said.section)
        said = replace(said, section=request, text=here.desk.plainly(said.text, request))
        scores = here.engine.scores([said.text])[0]
        tell(dispatcher, here, tracker, scores)
        decision = here.judge.decide(said, scores, memory_of(tracker))
        memory = put_now(decision.memory, tracker)
        if decision.act is Act.CLARIFY:
            return [*remember(memory), FollowupAction("clarify_form")]
        if decision.act is Act.ANSWER:
            for term in scores.terms:
                dispatcher.utter_message(response="utter_term", said=term.said, term=term.term)
            quote_memory(dispatcher, tracker, memory)
        elif scores.topicless >= here.judge.thresholds.topicless:
            card = say_usual(dispatcher, here, tracker) if section_of(said.section or "") == "hours" else None
            refuse(dispatcher, here, "utter_which_matter", card=card)
        else:
            refuse(dispatcher, here, near=here.judge.near(scores))
        return [*remember(memory), *([] if memory.pending else CLOSED)]


class ActionQuote(Action):
    """After the form: quote what it settled on."""

    def name(self) -> str:
        return "action_quote"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        quote_memory(dispatcher, tracker, memory_of(tracker))
        return CLOSED


def quote_memory(dispatcher: CollectingDispatcher, tracker: Tracker, memory: Memory) -> None:
    """Show or quote what was asked of the memory's guide, and its look-alike where one could not tell which."""
    here = shared()
    guide, section = here.engine.guides[memory.guide or ""], memory.section or "overview"
    channel = memory.said.get("channel", ())
    if memory.beside:
        quote_beside(dispatcher, here, here.engine.guides[memory.beside], section)
    if memory.more or not present(dispatcher, here, tracker, memory):
        quote(dispatcher, here, guide, section, channel, more=memory.more)
