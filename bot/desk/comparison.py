"""Two guides, or the two channels of one, side by side: only what differs, each cell word for word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.book.guide import SECTION_KEYS, Guide, Section
from bot.book.variants import COUNTER, ONLINE
from bot.desk.checklist import MARK

CHANNELS = (ONLINE, COUNTER)
SIDES = re.compile(r"^(?P<left>.+?)(?:和|跟|与|同|还是|或者|、|比起|对比|vs)(?P<right>.+)$", re.IGNORECASE)
TAIL = re.compile(
    r"(?:之间|到底|究竟|都)*(?:的)?(?:有什么|有啥|是什么|是啥|有没有|啥|什么|哪些|哪里|怎么)*(?:区别|不一样|不同|差别|差异|分别|两样|一回事|比较|对比).*$"
)
ONLINE_WORDS = re.compile(r"线上|网上|手机")
COUNTER_WORDS = re.compile(r"线下|窗口|现场|柜台|大厅")


@dataclass(frozen=True)
class Row:
    """A section in which the columns differ."""

    section: str
    heading: str
    cells: tuple[str, ...]


def rows_of_guides(left: Guide, right: Guide) -> tuple[Row, ...]:
    """What two guides say differently, in the book's order; a section that one lacks is left out."""
    pairs = [(left.sections.get(key), right.sections.get(key)) for key in SECTION_KEYS]
    return tuple(
        Row(one.key, one.heading, (one.text, other.text))
        for one, other in pairs
        if one and other and _bare(one.text) != _bare(other.text)
    )


def _bare(text: str) -> list[str]:
    """The lines without list marks and the punctuation at their ends: these alone are no difference."""
    return [MARK.sub("", line).rstrip("；。") for line in text.split("\n")]


def rows_of_channels(guide: Guide) -> tuple[Row, ...]:
    """What a guide says for 线上 and for 窗口; none where it does not tell them apart."""
    return tuple(
        Row(section.key, section.heading, tuple(_cell(section, channel) for channel in CHANNELS))
        for section in guide.sections.values()
        if section.variants
    )


def _cell(section: Section, channel: str) -> str:
    return "\n".join(variant.text for variant in section.variants if variant.channel == channel)


def sides(text: str) -> tuple[str, str] | None:
    """The two things that a text sets side by side ("补领和换领有什么区别"); None where it names no two."""
    match = SIDES.match(TAIL.sub("", text.strip()))
    return (match["left"], match["right"]) if match else None


def about_channels(text: str) -> bool:
    """Whether the two ways of doing it are compared."""
    return bool(ONLINE_WORDS.search(text) and COUNTER_WORDS.search(text))


def labels(left: Guide, right: Guide) -> tuple[str, str]:
    """A short name for each: the facet in which alone they differ, else the title."""
    keys = [key for key in {*left.facets, *right.facets} if left.facets.get(key) != right.facets.get(key)]
    values = [tuple("、".join(one.facets.get(key, ())) for one in (left, right)) for key in keys]
    return values[0] if len(values) == 1 and all(values[0]) else (left.title, right.title)  # type: ignore[return-value]


def best_pair(whole: Mapping[str, float], left: Mapping[str, float], right: Mapping[str, float]) -> tuple[str, str]:
    """The guides meant by the two sides, given how likely each guide is by the whole text and by either side."""

    def best(side: Mapping[str, float], without: str = "") -> str:
        return max((one for one in whole if one != without), key=lambda one: side.get(one, 0.0) * (whole[one] + 0.01))

    first = best(left)
    return first, best(right, without=first)
