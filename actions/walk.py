"""The walk through a guide's conditions: each turn's state is in the card of the turn before, nothing else is kept."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.history import turns
from actions.reply import buttons, others, outcome, tell
from actions.shared import Shared
from bot.book.guide import Guide
from bot.desk.eligibility import LACKING, MET, UNKNOWN, Condition, Walk, reply_of, walk
from bot.outcome import Act
from index.memory import Memory


def show_walk(say: CollectingDispatcher, here: Shared, guide: Guide, tracker: Tracker, memory: Memory) -> bool:
    begun = walk(guide, guide.id in here.desk.one_of)
    if begun:
        tell_walk(say, here, guide, begun)
    return begun is not None


def walk_on(say: CollectingDispatcher, here: Shared, tracker: Tracker) -> bool:
    """Take what was said as the reply to a condition that was asked before, with at most chat in between; False where
    it is none."""
    earlier = (turn.outcome for turn in reversed(turns(tracker)[:-1]) if turn.outcome.get("act") != Act.CHITCHAT)
    card = next(earlier, {}).get("card") or {}
    if card.get("kind") != "eligibility" or card["done"] or card["guide"] not in here.engine.guides:
        return False
    guide = here.engine.guides[card["guide"]]
    begun = walk(guide, guide.id in here.desk.one_of)
    reply = reply_of(str(tracker.latest_message.get("text") or ""))
    if begun is None or reply is None or len(begun.conditions) != len(card["conditions"]):
        return False
    states = (Condition(one["text"], one["state"]) for one in card["conditions"])
    under_way = replace(begun, conditions=tuple(states))
    if not under_way.fits(reply):
        return False
    tell_walk(say, here, guide, under_way.answered(reply))
    return True


def tell_walk(say: CollectingDispatcher, here: Shared, guide: Guide, under_way: Walk) -> None:
    """The condition asked, or what all of them came to."""
    words, asked = here.desk.words, under_way.asked
    if under_way.done:
        came_to = [(state, text) for state in (MET, LACKING, UNKNOWN) for text in under_way.texts(state)]
        lines = [f"{words['states'][state]}：{text}" for state, text in came_to]
        say.utter_message(response="utter_conditions_done", title=guide.title, lines="\n".join(lines))
        say.utter_message(
            response="utter_no_promise", phones=guide.sections["phone"].text,
            buttons=buttons(others(here, guide, "eligibility", offering=False)),
        )  # fmt: skip
    elif len(asked) > 1:
        lines = [f"{at + 1}. {under_way.conditions[at].text}" for at in asked]
        say.utter_message(response="utter_conditions", title=guide.title, lines="\n".join(lines))
        titles = [words["number"].format(at + 1) for at in asked] + words["none_of"]
        say.utter_message(response="utter_conditions_ask", buttons=buttons(titles))
    else:
        (at,) = asked
        say.utter_message(
            response="utter_condition", title=guide.title, number=at + 1, all=len(under_way.conditions),
            condition=under_way.conditions[at].text,
        )  # fmt: skip
        say.utter_message(response="utter_condition_ask", buttons=buttons(words["yes_no"]))
    tell(say, outcome(guide, guide.sections["eligibility"], "eligibility", ()), {
        "kind": "eligibility", "guide": guide.id, "title": guide.title, "done": under_way.done,
        "conditions": [vars(one).copy() for one in under_way.conditions],
    })  # fmt: skip
