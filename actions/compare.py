"""Setting two guides, or the two ways of doing one, side by side."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.hear import CLOSED, SURE_REQUEST, heard, memory_of, remember
from actions.reply import buttons, outcome, quote, tell
from actions.shared import Shared, shared
from bot.book.guide import Guide
from bot.desk.comparison import (
    CHANNELS,
    Row,
    about_channels,
    best_pair,
    labels,
    rows_of_channels,
    rows_of_guides,
    sides,
)
from index.beliefs import likeliest
from index.memory import Memory

MEANT = 0.3  # least probability of a guide by its own side of the question


class ActionCompare(Action):
    """What differs, section by section; where two things to compare cannot be made out, an ordinary answer."""

    def name(self) -> str:
        return "action_compare"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        here, memory = shared(), memory_of(tracker)
        text, intent = str(tracker.latest_message.get("text") or ""), tracker.latest_message["intent"]
        if intent.get("confidence", 1.0) < SURE_REQUEST:
            return ActionAnswer().run(dispatcher, tracker, domain)
        compared = one_guide(here, text, memory) if about_channels(text) else two_guides(here, text, memory)
        if not compared:
            return ActionAnswer().run(dispatcher, tracker, domain)
        left, right = compared[0], compared[-1]
        rows = rows_of_channels(left) if left is right else rows_of_guides(left, right)
        named = heard(tracker.latest_message, here.sections, here.signs).named
        rows = tuple(row for row in rows if row.section == named) or rows
        show(dispatcher, here, left, right, rows)
        beliefs = {guide.id: 1.0 for guide in compared}
        moved = here.judge.answer(left.id, rows[0].section if rows else "process", beliefs, memory).memory
        return [*remember(moved.without_question()), *CLOSED]


def one_guide(here: Shared, text: str, memory: Memory) -> list[Guide]:
    """The guide whose ways are compared: the one the text names, or the one under discussion; none where unclear."""
    scores = here.score(text)
    if memory.guide and scores.topicless >= here.judge.thresholds.topicless:
        return [here.engine.guides[memory.guide]]
    best = likeliest(scores.guides)
    return [here.engine.guides[best]] if scores.guides[best] >= here.judge.thresholds.answer else []


def two_guides(here: Shared, text: str, memory: Memory) -> list[Guide]:
    """The two guides that the text names, one of which may be the one under discussion; none where unclear."""
    parts = sides(text)
    whole, *halves = here.engine.scores([text, *(parts or ())])
    if not halves:
        return []
    first, second = best_pair(whole.guides, *(half.guides for half in halves))
    both = whole.guides[first] + whole.guides[second]
    own = min(halves[0].guides[first], halves[1].guides[second])
    meant = both >= here.judge.thresholds.answer or own >= MEANT
    return [here.engine.guides[first], here.engine.guides[second]] if meant else []


def show(say: CollectingDispatcher, here: Shared, left: Guide, right: Guide, rows: tuple[Row, ...]) -> None:
    """The rows in words and as a card, or that there is no difference; one section of the first guide is the quote."""
    alone = left is right
    if not rows:
        response = "utter_one_way" if alone else "utter_compare_same"
        say.utter_message(response=response, left=left.title, right=right.title)
        quote(say, here, left, "process", ())
        return
    names = CHANNELS if alone else labels(left, right)
    response = "utter_compare_ways" if alone else "utter_compare"
    say.utter_message(response=response, left=left.title, right=right.title)
    for row in rows:
        cells = "\n".join(f"【{name}】{cell}" for name, cell in zip(names, row.cells, strict=True))
        say.utter_message(response="utter_compare_row", heading=row.heading, cells=cells)
    if not alone:
        say.utter_message(response="utter_compare_which", buttons=buttons([left.title, right.title]))
    sides = zip((left, right), names, strict=True)
    columns = [{"guide": guide.id, "title": guide.title, "label": name} for guide, name in sides]
    card = {"kind": "compare", "columns": columns, "rows": [{**vars(row), "cells": list(row.cells)} for row in rows]}
    tell(say, outcome(left, left.sections[rows[0].section], rows[0].section, ()), card)
