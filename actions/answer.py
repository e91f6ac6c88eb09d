"""Answering a question, or passing it to the form that asks back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import present
from actions.hear import CLOSED, heard, memory_of, put_now, remember
from actions.opening import say_usual
from actions.reply import quote, quote_beside, refuse
from actions.shared import Shared, shared
from actions.traces import tell
from actions.walk import walk_on
from bot.desk.request import section_of
from bot.outcome import Act
from index.engine import Scores
from index.memory import Memory
from index.story import decide_told
from index.turn import Heard

TITLE = 20  # characters of a question on a button


class ActionAnswer(Action):
    """Whatever asks for something: quote, ask back through the form, or refuse."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here = shared()
        if walk_on(dispatcher, here, tracker):
            return []
        before = memory_of(tracker)
        message, later = first_matter(here, tracker.latest_message)
        waits = before.later if before.pending and before.later != message.get("text") else None
        said = heard(message, here.sections, here.signs, here.meant)
        if said.unsure and not (said.said or said.denied):  # a nod or a shrug with no question under way
            dispatcher.utter_message(response="utter_acknowledge")
            return []
        request = here.desk.request_in(said.text, said.section)
        said = replace(said, section=request, text=here.desk.plainly(said.text, request))
        decision, scores = decide_told(here.judge, here.score, here.signs.spoken, said, before)
        tell(dispatcher, here, message, scores)
        memory = replace(put_now(decision.memory, tracker), later=later or waits)
        if decision.act is Act.CLARIFY:
            return [*remember(memory), FollowupAction("clarify_form")]
        if decision.act is Act.ANSWER:
            for term in scores.terms:
                dispatcher.utter_message(response="utter_term", said=term.said, term=term.term)
            quote_memory(dispatcher, tracker, memory)
        else:
            refuse_for(dispatcher, tracker, said, scores, decision.told)
        memory = offer_later(dispatcher, memory)
        return [*remember(memory), *([] if memory.pending else CLOSED)]


class ActionQuote(Action):
    """After the form: quote what it settled on."""

    def name(self) -> str:
        return "action_quote"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        memory = memory_of(tracker)
        quote_memory(dispatcher, tracker, memory)
        return [*(remember(offer_later(dispatcher, memory)) if memory.later else ()), *CLOSED]


def quote_memory(dispatcher: CollectingDispatcher, tracker: Tracker, memory: Memory) -> None:
    """Show or quote what was asked of the memory's guide, and its look-alike where one could not tell which."""
    here = shared()
    guide, section = here.engine.guides[memory.guide or ""], memory.section or "overview"
    channel = memory.said.get("channel", ())
    if memory.beside:
        quote_beside(dispatcher, here, here.engine.guides[memory.beside], section)
    if memory.more or not present(dispatcher, here, tracker, memory):
        quote(dispatcher, here, guide, section, channel, more=memory.more)


def refuse_for(dispatcher: CollectingDispatcher, tracker: Tracker, said: Heard, scores: Scores, told: bool) -> None:
    """Say that no matter was named, or that it is not in the book; to who only told something, ask on."""
    here = shared()
    if scores.topicless >= here.judge.thresholds.topicless:
        card = say_usual(dispatcher, here, tracker) if section_of(said.section or "") == "hours" else None
        refuse(dispatcher, here, "utter_which_matter", card=card)
    else:
        refuse(dispatcher, here, "utter_told" if told else "utter_fallback", here.judge.near(scores))


def first_matter(here: Shared, message: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    """A message's first question as a message of its own, and the text of a later one about another matter."""
    for first in message.get("matters") or ():
        if here.judge.apart(*here.engine.scores([first["text"], first["later"]])):
            ends = len(first["text"])
            said = [entity for entity in message.get("entities") or [] if entity["end"] <= ends]
            return {**message, **first, "entities": said}, str(first["later"])
    return message, None


def offer_later(dispatcher: CollectingDispatcher, memory: Memory) -> Memory:
    """Once nothing is asked back, offer to go on with the question that came with it; the memory without it."""
    if memory.pending:
        return memory
    if memory.later:
        shown = memory.later if len(memory.later) <= TITLE else f"{memory.later[: TITLE - 1]}…"
        button = {"title": shown, "payload": memory.later}
        dispatcher.utter_message(response="utter_later", question=memory.later, buttons=[button])
    return replace(memory, later=None)
