"""Find the parts of a section that are for doing it 线上 and for doing it at a 窗口."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONLINE = "线上"
COUNTER = "窗口"
MARK = r"[（(][一二三四五六七八九十]+[）)]"
LABEL = re.compile(rf"(?P<mark>^{MARK})?(?P<label>(?P<way>线上|线下)(?:办理|渠道)?)：", re.MULTILINE)
CAPTION = re.compile(rf"^{MARK}(?P<label>[^，。；：\n]+认证|[^，。；：\n]+管理)$", re.MULTILINE)
ONLINE_WORDS = re.compile(r"公众号|APP|App|小程序|网上|线上|平台")
COUNTER_WORDS = re.compile(r"窗口|社区|银行|网点|线下|大厅")


@dataclass(frozen=True)
class Variant:
    """A part of a section: `channel` 线上 or 窗口, `label` as printed (线下渠道), `text` word for word."""

    channel: str
    label: str
    text: str


def find_variants(text: str) -> tuple[Variant, ...]:
    """Return the parts in the order printed; empty unless the text names both channels."""
    found = _labelled(text) or _captioned(text)
    return found if {item.channel for item in found} == {ONLINE, COUNTER} else ()


def _labelled(text: str) -> tuple[Variant, ...]:
    """Parts that begin with a label and a colon: （一）线上办理：… or, inside a sentence, 线下：…；线上：…"""
    marks = [match for match in LABEL.finditer(text) if _starts_part(text, match.start())]
    found = []
    for place, match in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        part = text[match.end() : end]
        if not match.group("mark"):
            # Inside a sentence a part ends with its line; under a mark of its own it may go on over lines.
            part = part.split("\n", 1)[0]
        channel = ONLINE if match.group("way") == "线上" else COUNTER
        found.append(Variant(channel, match.group("label"), part.strip()))
    return tuple(found)


def _starts_part(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in "\n。；）" or bool(re.match(MARK, text[start:]))


def _captioned(text: str) -> tuple[Variant, ...]:
    """Parts under a caption that names a channel: （三）窗口认证 and the paragraphs up to the next one."""
    captions = list(CAPTION.finditer(text))
    found = []
    for place, match in enumerate(captions):
        label = match.group("label")
        online, counter = ONLINE_WORDS.search(label), COUNTER_WORDS.search(label)
        if bool(online) == bool(counter):
            continue
        end = captions[place + 1].start() if place + 1 < len(captions) else len(text)
        found.append(Variant(ONLINE if online else COUNTER, label, text[match.end() : end].strip()))
    return tuple(found)
