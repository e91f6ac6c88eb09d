"""The materials of a guide as a list to tick off, for one way of doing it and for who goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.book.guide import Guide, Section
from bot.book.variants import COUNTER, ONLINE

SELF, AGENT = "本人", "代办"
MARK = re.compile(r"^(?:[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.、])\s*")
NOTE = re.compile(r"^[（(]注：(?P<note>.+)[）)]$")
# What is only for somebody who goes in another's place: "（委托办理的需要代办人身份证）", "如其亲属代为办理的需…"
FOR_AGENT = re.compile(r"[（(](?P<bracket>[^（()）]*(?:委托|代办)[^（()）]*)[）)]|(?P<clause>如[^，。；]*代为[^。；]*)")
NOTHING = "无"


@dataclass(frozen=True)
class Item:
    """One thing to bring, word for word, and the heading over it; `agent`: only who goes for another needs it."""

    text: str
    group: str | None = None
    agent: bool = False


@dataclass(frozen=True)
class Checklist:
    """What to bring, for a channel and a person; None where the guide or the citizen does not tell them apart."""

    items: tuple[Item, ...]
    channel: str | None = None
    person: str | None = None
    note: str | None = None
    unsaid: bool = False  # an agent asked, and the guide does not say what an agent brings


def checklist(guide: Guide, channels: Sequence[str] = (), agent: bool | None = None) -> Checklist | None:
    """The list of a guide's materials; None where it asks for none. `agent`: whether another goes, None if not said."""
    section = guide.sections.get("materials")
    if section is None or section.text.strip() == NOTHING:
        return None
    variants = [variant for variant in section.variants if variant.channel in channels]
    channel = variants[0].channel if len({variant.channel for variant in variants}) == 1 else None
    texts = [(None, variant.text) for variant in variants] if channel else _texts(section)
    note, found = None, []
    for group, text in texts:
        for line in text.split("\n"):
            if match := NOTE.match(line.strip()):
                note = match["note"]
        found += list(_items(text, group))
    tells = any(item.agent for item in found)
    kept = tuple(item for item in found if agent or agent is None or not item.agent)
    person = None if agent is None or not (tells or agent) else AGENT if agent else SELF
    return Checklist(kept, channel, person, note, bool(agent) and not tells)


def _texts(section: Section) -> list[tuple[str | None, str]]:
    """The text as a whole, or each channel's part under its label."""
    channels = {variant.channel for variant in section.variants}
    if channels != {ONLINE, COUNTER}:
        return [(None, section.text)]
    return [(variant.label, variant.text) for variant in section.variants]


def _items(text: str, group: str | None) -> Iterator[Item]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 1 and not MARK.match(lines[0]):
        lines = lines[0].split("；")
    for line in lines:
        bare = MARK.sub("", line)
        if NOTE.match(line) or not bare:
            continue
        if bare.endswith("：") and len(lines) > 1:
            group = bare.removesuffix("：")
            continue
        yield from _split(_trimmed(bare), group)


def _split(text: str, group: str | None) -> Iterator[Item]:
    """An item, and apart from it what only an agent needs."""
    match = FOR_AGENT.search(text)
    if match is None:
        yield Item(text, group)
        return
    rest = text[: match.start()]
    if rest:
        yield Item(_trimmed(rest), group)
    yield Item(match["bracket"] or match["clause"], group, agent=True)


def _trimmed(text: str) -> str:
    return text.rstrip("；;。，")
