"""Put lines that the page broke inside a sentence, a word or a time back together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.book.mend import CONTEXT, Mend

MARK = re.compile(r"（[一二三四五六七八九十]+）|（\d+）|\d+[.、](?!\d)")
# A half-width colon ends nothing: it stands inside a time, "1:30-5:" and "30" on the next page.
ENDED = re.compile(r"[。；：！？][）”》]*$")
WHOLE_PHONE = re.compile(r"：\d{3,4}-\d{7,8}$")
CAPTION_MAX = 30
BRACKETS = ("（）", "《》", "“”")


@dataclass(frozen=True)
class Line:
    """A printed line after mending, with its number in the book, from 1."""

    number: int
    text: str


def join_lines(lines: Sequence[Line], section: str, guide: str) -> tuple[list[str], list[Mend]]:
    """Return the paragraphs of the lines and one mend for each place where two lines became one."""
    paragraphs: list[str] = []
    mends: list[Mend] = []
    previous = Line(0, "")
    for line in lines:
        if paragraphs and goes_on(previous.text, line.text):
            before, after = previous.text[-CONTEXT:], line.text[:CONTEXT]
            mends.append(Mend(guide, section, previous.number, 0, "断行", f"{before}\n{after}", before + after))
            paragraphs[-1] += line.text
        else:
            paragraphs.append(line.text)
        previous = line
    return paragraphs, mends


def goes_on(text: str, following: str) -> bool:
    """Whether `following` is the rest of the sentence that breaks off at the end of `text`."""
    if MARK.match(following):
        return False
    return not (ENDED.search(text) or WHOLE_PHONE.search(text) or _is_caption(text))


def _is_caption(text: str) -> bool:
    """A numbered line of its own, such as （三）窗口认证: short, no clause in it, no bracket left open."""
    return (
        MARK.match(text) is not None
        and len(text) <= CAPTION_MAX
        and not re.search("[，。；：]", text)
        and all(text.count(pair[0]) == text.count(pair[1]) for pair in BRACKETS)
    )
