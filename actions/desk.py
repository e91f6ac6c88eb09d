"""Showing what the desk makes of a guide: the card, the same in words, and the outcome that quotes the section."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.history import latest
from actions.opening import show_opening
from actions.reply import buttons, others, outcome, quote, tell
from actions.shared import Shared
from actions.walk import show_walk
from bot.book.guide import Guide
from bot.desk.checklist import checklist
from bot.desk.next_step import next_steps
from bot.desk.place import places
from bot.desk.request import CHECKLIST, ELIGIBLE, NEXT_STEP, OPEN_NOW
from index.memory import Memory


def present(say: CollectingDispatcher, here: Shared, tracker: Tracker, memory: Memory) -> bool:
    """Show what was asked of the guide under discussion; whether there was anything to show besides its quote."""
    guide = here.engine.guides[memory.guide or ""]
    show = SHOWS.get(memory.section or "")
    return bool(show and show(say, here, guide, tracker, memory))


def show_checklist(say: CollectingDispatcher, here: Shared, guide: Guide, tracker: Tracker, memory: Memory) -> bool:
    told = (here.desk.for_another(text) for text in latest(tracker))
    agent = next((one for one in told if one is not None), None)
    found = checklist(guide, memory.said.get("channel", ()), agent)
    if found is None:
        return False
    note = (found.note or "") + (here.desk.words["unsaid_agent"] if found.unsaid else "")
    lines = []
    for at, item in enumerate(found.items):
        if item.group and (at == 0 or found.items[at - 1].group != item.group):
            lines.append(f"{item.group}：")
        lines.append(f"□ {item.text}")
    about = "".join(f"（{one}）" for one in (found.channel, found.person) if one)
    say.utter_message(
        response="utter_checklist", title=guide.title, about=about, items="\n".join(lines),
        buttons=buttons(others(here, guide, "materials", offering=False)),
    )  # fmt: skip
    if note:
        say.utter_message(response="utter_note", note=note)
    items = [{"text": item.text, "group": item.group} for item in found.items]
    tell(say, outcome(guide, guide.sections["materials"], "materials", ()), {
        "kind": "checklist", "guide": guide.id, "title": guide.title, "channel": found.channel,
        "person": found.person, "items": items, "note": note or None,
    })  # fmt: skip
    return True


def show_place(say: CollectingDispatcher, here: Shared, guide: Guide, tracker: Tracker, memory: Memory) -> bool:
    found = places(guide)
    if not found:
        return False
    listed = [{**vars(one), "map": one.map} for one in found]
    numbers = [vars(phone).copy() for phone in guide.phones]
    card = {"kind": "place", "guide": guide.id, "title": guide.title, "places": listed, "phones": numbers}
    quote(say, here, guide, "location", memory.said.get("channel", ()), card)
    for one in found:
        if one.map:
            say.utter_message(response="utter_map", address=one.address, map=one.map)
    return True


def show_next(say: CollectingDispatcher, here: Shared, guide: Guide, tracker: Tracker, memory: Memory) -> bool:
    found = next_steps(guide, here.engine.guides, here.desk.results)
    if not found:
        say.utter_message(response="utter_no_next", title=guide.title)
        return False
    for step in found:
        heading = here.engine.guides[step.guide].sections[step.section].heading
        say.utter_message(
            response="utter_next", title=step.title, heading=heading, quote=step.quote, buttons=buttons([step.title])
        )
    steps = [vars(step).copy() for step in found]
    card = {"kind": "next", "guide": guide.id, "title": guide.title, "steps": steps}
    tell(say, outcome(guide, guide.sections["process"], "process", ()), card)
    return True


Show = Callable[[CollectingDispatcher, Shared, Guide, Tracker, Memory], bool]
SHOWS: Mapping[str, Show] = {
    CHECKLIST: show_checklist, ELIGIBLE: show_walk, OPEN_NOW: show_opening, "hours": show_opening,
    "location": show_place, NEXT_STEP: show_next,
}  # fmt: skip
