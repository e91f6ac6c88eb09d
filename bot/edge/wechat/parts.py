"""A reply as WeChat shows it: texts of at most so many bytes, cut where a reader would pause, options as a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.edge.rasa import Reply
from bot.edge.wechat.words import Layout
from bot.outcome import Act
from bot.text import visible

MAX_BYTES = 2048
TEXT, MENU, CARD, TRANSFER = "text", "menu", "card", "transfer"
_PAUSE = re.compile(r"(?<=[。；！？;!?])|(?<=[，、,])")
_GAP = "\n\n"


@dataclass(frozen=True)
class Part:
    """One message to a citizen. A `card` has a `title` and a `url`; a `menu` is a text with options under it.

    A menu's `title` is what stands above the options.
    """

    kind: str
    text: str = ""
    title: str = ""
    url: str = ""
    options: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the shared state."""
        return asdict(self)

    @classmethod
    def of(cls, value: dict[str, Any]) -> Part:
        """Back from the shared state."""
        return cls(**{**value, "options": tuple(value["options"])})


def parts_of(reply: Reply, layout: Layout, limit: int) -> tuple[Part, ...]:
    """The messages for a turn's reply; none has a text of more than `limit` bytes. Nothing of the reply is lost."""
    texts = [clean(message.text) for message in reply.messages]
    outcome = reply.outcome
    if outcome.act is Act.ANSWER and outcome.source is not None:
        source = outcome.source
        texts.append(layout.source.format(title=source.title, page=source.page, edition=source.edition))
    parts = [Part(TEXT, text) for text in cut(_GAP.join(filter(None, texts)), limit)]
    options = options_of(reply)
    if not options:
        return tuple(parts)
    asks = outcome.act is Act.CLARIFY
    titles = [clean(title).replace("\n", " ") for title, _ in options]
    head = layout.options if asks else layout.sections
    listed = "\n".join([head, *(layout.option.format(number=n, title=t) for n, t in enumerate(titles, 1))])
    last = parts[-1].text if parts else ""
    text = _GAP.join(filter(None, (last, listed)))
    if size(text) > limit:
        return (*parts, *(Part(TEXT, piece) for piece in cut(listed, limit)))
    menu = Part(MENU, text, title=last or head, options=tuple(titles)) if asks else Part(TEXT, text)
    return (*parts[:-1], menu)


def options_of(reply: Reply) -> tuple[tuple[str, str], ...]:
    """Title and payload of what can be chosen, in the order of the list."""
    buttons = tuple(button for message in reply.messages for button in message.buttons)
    return buttons or tuple((option.title, option.payload) for option in reply.outcome.options)


def merged(parts: Sequence[Part], limit: int) -> list[Part]:
    """The same with neighbouring texts in one message where they fit."""
    done: list[Part] = []
    for part in parts:
        last = done[-1] if done else None
        if last is not None and last.kind == TEXT and part.kind in (TEXT, MENU):
            text = last.text + _GAP + part.text
            if size(text) <= limit:
                title = last.text + _GAP + part.title if part.title else ""
                done[-1] = Part(part.kind, text, title=title, options=part.options)
                continue
        done.append(part)
    return done


def cut(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` bytes: between paragraphs if it can be, else lines, pauses, characters.

    Put together again they are the text, but for blanks at the cuts.
    """
    pieces: list[str] = []
    room = ""
    for unit in _units(text, limit):
        if room and size(room + unit) > limit:
            pieces.append(room)
            room = ""
        room += unit
    pieces.append(room)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def size(text: str) -> int:
    """Bytes that WeChat counts."""
    return len(text.encode())


def clean(text: str) -> str:
    """`text` without what cannot be seen or stand in XML; lines stay lines."""
    return "\n".join(visible(line).rstrip() for line in text.splitlines()).strip("\n")


def _units(text: str, limit: int) -> list[str]:
    """`text` in units that each fit: lines, or parts of a line that is too long."""
    units: list[str] = []
    for line in text.splitlines(keepends=True):
        if size(line) <= limit:
            units.append(line)
            continue
        for phrase in _PAUSE.split(line):
            units.extend([phrase] if size(phrase) <= limit else _runs(phrase, limit))
    return units


def _runs(text: str, limit: int) -> list[str]:
    runs, run = [], ""
    for char in text:
        if size(run + char) > limit:
            runs.append(run)
            run = ""
        run += char
    return [*runs, run]
