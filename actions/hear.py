"""Reading Rasa's tracker: what NLU made of the latest message, and what the conversation remembers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet

from actions import manner
from bot.desk.request import REQUESTS, name_of
from index.corpus import SECTIONS
from index.decide import Heard, Judge
from index.facets import FACETS, Signs
from index.memory import Memory
from index.sections import likeliest

RUN = re.compile(r"([^\w\s])\1{2,}")  # "！！！" is no more than "！" to the ranker
FILLER = re.compile(r"[\s，。,.！!？?~～的呢吧啊呀哦嗯那是呐嘛]|如果|要是|换成|还有")
SAID = (*FACETS, "channel")  # what a text may say of the person, the matter and the way
UNSURE = ("unsure", "affirm", "deny")
PRESSING = ("distress", "handoff", "complain", "restart", "cancel")  # whatever else is said beside it
TELLING = ("inform", "correct")  # intents that tell something
TALK = ("greet", "thanks", "bye", "bot_challenge", "chitchat", *PRESSING)
SURE_TALK = 0.7  # below, an intent of talk is a guess: "我妈在学校教书" is distress with 0.6
NONE_OF_THESE = ("都不是", Judge.none_title)  # the last button of every question
CLOSED = [ActiveLoop(None), SlotSet("requested_slot", None)]  # no question is under way any more
SURE_REQUEST = 0.5  # below, a request is answered like its section: the quote says it, too
SECTION_SURE = 0.6  # a piece of a text asks for a section of its own from this confidence on
SECTION_DOUBT = 0.1  # a section intent behind another one counts from this confidence on
CORRECTS = 0.1  # a text takes something back also where that is only the second thing it does, from this confidence on
Meant = Callable[[str], Mapping[str, float]]


def memory_of(tracker: Tracker) -> Memory:
    """What the slot `memory` holds."""
    return Memory.of(tracker.get_slot("memory"))


def remember(memory: Memory) -> list[dict[str, Any]]:
    """Events that store the memory, and show the facets said in slots of their own."""
    asked = memory.pending.slot if memory.pending else None  # the form asks for a slot only while it is empty
    facets = {facet: "、".join(memory.said.get(facet, ())) or None for facet in SAID if facet != asked}
    return [SlotSet("memory", memory.to_json()), *([SlotSet(asked, None)] if asked else []),
            *(SlotSet(facet, value) for facet, value in facets.items() if value)]  # fmt: skip


def put_now(memory: Memory, tracker: Tracker) -> Memory:
    """The same, with a question under way marked as put (again) in this very turn: what was said is no reply to it."""
    if memory.pending is None:
        return memory
    return replace(memory, pending=replace(memory.pending, turn=turn_of(tracker)))


def turn_of(tracker: Tracker) -> str:
    """What tells the latest message from those before it."""
    return str(tracker.latest_message.get("message_id") or "")


def heard(
    message: Mapping[str, Any], sections: Mapping[str, str], signs: Signs, meant: Meant = lambda text: {}
) -> Heard:
    """A message as the judge wants it.

    `sections` are the words of the sections' buttons, `meant` gives evidence about the section from a text's meaning.
    """
    text, intent = str(message.get("text") or ""), message.get("intent") or {}
    ranking = message.get("intent_ranking") or [intent]
    pressed = next((key for key, title in sections.items() if title == text.strip()), None)
    named, hints, returns = signs.section(text), signs.spoken(text), manner.RETURNS.search(text) is not None
    talk = is_talk(intent, text, signs)
    section, more = sections_asked(ranking, message.get("asked") or ())
    again = named is None and manner.is_elliptic(text, bool(hints) or intent.get("name") in TELLING)
    if again:
        section = None
    if section in SECTIONS and not (more or pressed):
        section = likeliest(section, {str(entry["name"]): entry["confidence"] for entry in ranking}, meant(text))
    said = {} if talk and intent["name"] in PRESSING else facets_said(message, signs)
    channel = {"channel": hints["channel"]} if "channel" in hints else {}  # no guide is about a channel
    return Heard(
        RUN.sub(r"\1", text),
        pressed or section,
        {**channel, **said},
        refusal=next((entry["confidence"] for entry in ranking if entry["name"] == "out_of_scope"), 0.0),
        unsure=unsure(intent, text) and not pressed,
        talk=talk,
        pressed=bool(pressed),
        asks=not again and bool(manner.QUESTION.search(text) or named),
        elliptic=again,
        back=returns or manner.BACK.search(text) is not None,
        returns=returns,
        describes=manner.DESCRIBES.search(text) is not None,
        wants=manner.WANTS.search(text) is not None,
        also=manner.ALSO.search(text) is not None,
        corrects=any(entry["name"] == "correct" and entry["confidence"] >= CORRECTS for entry in ranking[:2]),
        bare=is_bare(message),
        named=named,
        hints=hints,
        denied=signs.denied(text),
        more=() if pressed else more,
    )


def is_talk(intent: Mapping[str, Any], text: str, signs: Signs) -> bool:
    """Whether a text is about the conversation or the person; distress is believed on a word of trouble, too."""
    troubled = intent.get("name") == "distress" and signs.trouble(text) is not None
    return intent.get("name") in TALK and (troubled or intent.get("confidence", 1.0) >= SURE_TALK)


def is_bare(message: Mapping[str, Any]) -> bool:
    """Whether a text says nothing but values of facets: "那机关的呢"."""
    text = str(message.get("text") or "")
    spans = [(entity["start"], entity["end"]) for entity in message.get("entities") or [] if entity["entity"] in SAID]
    rest = "".join(char for at, char in enumerate(text) if not any(start <= at < end for start, end in spans))
    return bool(spans) and not FILLER.sub("", rest)


def sections_asked(
    ranking: list[dict[str, Any]], pieces: Sequence[Mapping[str, Any]]
) -> tuple[str | None, tuple[str, ...]]:
    """The section that is asked for, and the further ones where pieces of the text each ask for their own."""
    whole = section_asked(ranking)
    sure = (str(piece["name"]) for piece in pieces if piece["confidence"] >= SECTION_SURE)
    names = dict.fromkeys(map(name_of, sure))
    each = [name for name in names if name in SECTIONS and name != "overview"]
    if len(each) < 2:
        return whole, ()
    first = whole if whole and name_of(whole) in each else each[0]
    return first, tuple(name for name in each if name != name_of(first))


def section_asked(ranking: list[dict[str, Any]]) -> str | None:
    """The section or request that is asked for: the first intent, or the best section behind one that is none.

    Of a matter as a whole ("overview") any text seems to speak a little: behind another intent that counts for nothing.
    """
    for entry in ranking:
        name, first = str(entry["name"]), entry is ranking[0]
        if name in REQUESTS:
            name = name if first and entry["confidence"] >= SURE_REQUEST else REQUESTS[name]
        if name in (*SECTIONS, *REQUESTS):
            return name if first or (entry["confidence"] >= SECTION_DOUBT and name != "overview") else None
    return None


def unsure(intent: dict[str, Any], text: str) -> bool:
    """Whether a reply to a question is a shrug."""
    return intent.get("name") in UNSURE or text.strip() in NONE_OF_THESE


def facets_said(message: Mapping[str, Any], signs: Signs) -> dict[str, tuple[str, ...]]:
    """The values of the facets' entities as the words before them have it ("不是企业", "还没退休")."""
    said: dict[str, list[str]] = {}
    for entity in message.get("entities") or []:
        span = entity.get("start", 0), entity.get("end", 0)
        meant = signs.as_meant(str(message.get("text")), span, str(entity["value"]))
        if meant and entity["entity"] in SAID:
            said.setdefault(entity["entity"], []).append(meant)
    return {facet: tuple(dict.fromkeys(values)) for facet, values in said.items()}
