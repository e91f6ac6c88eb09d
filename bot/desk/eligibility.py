"""A guide's 受理条件 as short questions; ends with what is met and what is lacking, never with a promise."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.book.guide import Guide
from bot.desk.checklist import MARK

MET, LACKING, ASKED, OPEN, UNKNOWN = "met", "lacking", "asked", "open", "unknown"
ALTERNATIVES = re.compile(r"，具备下列条件之一的$")
JOINED = re.compile(r"，且|且(?=未|已)")  # joins the conditions of one sentence that must all be met
MOST_ASKED = 3  # more alternatives are shown at once, to choose from
LONGEST_REPLY = 14  # characters; "满了，交了十八年了"; what is longer says something else
YES = re.compile(r"是|对|嗯|有|满|够|到|符合|达到|已经|算(?!了)|没错|没问题|好|行|可以|yes|ok", re.IGNORECASE)
NO = re.compile(r"不(?![用问办想要弄])|没|否|未|还没|还不|差|都不|no\b", re.IGNORECASE)
ASKS = re.compile(r"[?？吗呢]$|怎|咋|什么|啥|哪|谁|多少|几[点楼号天]|(.)[不没]\1")
SHRUG = re.compile(r"不知道|不清楚|不确定|不晓得|不太清楚|说不[好准清上]|不好说|不懂|不明白|记不|忘了|跳过")
NUMBER = re.compile(r"(?:是|选|符合)?第?([1-9一二三四五六七八九])[条项个]?(?:吧|的)?")
NUMERALS = {**{str(n): n for n in range(1, 10)}, **dict(zip("一二三四五六七八九", range(1, 10), strict=True))}


@dataclass(frozen=True)
class Condition:
    """One condition, word for word, and what the citizen said of it."""

    text: str
    state: str = OPEN


@dataclass(frozen=True)
class Walk:
    """The conditions of one guide. `lead`: how many of them, from the first, must be met; the rest are alternatives."""

    conditions: tuple[Condition, ...]
    lead: int

    @property
    def asked(self) -> tuple[int, ...]:
        """The conditions asked right now, from 0: one, or all alternatives at once; none when the walk is over."""
        return tuple(at for at, one in enumerate(self.conditions) if one.state == ASKED)

    @property
    def done(self) -> bool:
        return not self.asked

    def texts(self, state: str) -> tuple[str, ...]:
        """The conditions in a state."""
        return tuple(one.text for one in self.conditions if one.state == state)

    def answered(self, reply: str | int) -> Walk:
        """One step on: `reply` is what the conditions asked came to, or the number (from 1) of the one that is met."""
        state = {at: one.state for at, one in enumerate(self.conditions)}
        if isinstance(reply, int):
            return self._with({**state, **dict.fromkeys(self.asked, OPEN), reply - 1: MET})
        state |= dict.fromkeys(self.asked, reply)
        following = max(self.asked, default=len(state)) + 1
        alternative_met = reply == MET and following > self.lead
        return self._with(state if alternative_met else state | self._asking(following))

    def fits(self, reply: str | int) -> bool:
        """Whether the reply can be one to what is asked: a number chooses among several, a bare yes does not."""
        several = len(self.asked) > 1
        return reply - 1 in self.asked if isinstance(reply, int) else not (several and reply == MET)

    def started(self) -> Walk:
        """The walk at its first question."""
        return self._with(dict(enumerate([OPEN] * len(self.conditions))) | self._asking(0))

    def _asking(self, first: int) -> dict[int, str]:
        """What is asked from a condition on: that one, or the alternatives together where they are many."""
        count = len(self.conditions)
        together = first >= self.lead and count - first > MOST_ASKED
        return dict.fromkeys(range(first, count if together else min(first + 1, count)), ASKED)

    def _with(self, states: dict[int, str]) -> Walk:
        return replace(self, conditions=tuple(replace(one, state=states[at]) for at, one in enumerate(self.conditions)))


def walk(guide: Guide, one_of: bool = False) -> Walk | None:
    """The walk at its first question; None where the guide states no condition.

    `one_of`: whether the items of the guide's list are alternatives; a list that says so (之一) needs no telling.
    """
    section = guide.sections.get("eligibility")
    texts = _conditions(section.text) if section else []
    if not texts:
        return None
    stated = [at for at, text in enumerate(texts) if ALTERNATIVES.search(text)]
    lead = stated[0] + 1 if stated else 0 if one_of else len(texts)
    return Walk(tuple(Condition(ALTERNATIVES.sub("", text)) for text in texts), lead).started()


def reply_of(text: str) -> str | int | None:
    """What a short reply says: met, lacking, unknown, or the number of an item; None where it is no reply."""
    said = text.strip().rstrip("。.!！~～ ")
    if not said or len(said) > LONGEST_REPLY:
        return None
    if number := NUMBER.fullmatch(said):
        return NUMERALS[number[1]]
    if SHRUG.search(said):
        return UNKNOWN
    if ASKS.search(said):
        return None
    if NO.match(said):
        return LACKING
    return MET if YES.match(said) else None


def _conditions(text: str) -> list[str]:
    """The conditions in a section: its lines, or the parts of its only line; remarks in brackets are none."""
    lines = [MARK.sub("", line.strip()) for line in text.split("\n") if line.strip()]
    if len(lines) == 1:
        sentences = re.split(r"；|。(?![）)])", lines[0])
        lines = [part for sentence in sentences for part in JOINED.split(sentence)]
    bare = [line.strip("，；。：") for line in lines]
    return [line for line in bare if line and not line.startswith("（")]
