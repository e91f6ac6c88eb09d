"""Handing over to a person: the numbers to call, and the conversation in a few lines for who takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.book.guide import Guide
from bot.book.phones import Phone

CONSULT, SUPERVISION = "咨询", "监督"
MOST_SAID = 5
LONGEST = 60  # characters of one thing that was said


@dataclass(frozen=True)
class Exchange:
    """One turn as it went: what was said, and the matter of the answer, if there was one."""

    said: str
    title: str | None = None


def phones(guide: Guide, about: str) -> tuple[Phone, ...]:
    """The guide's numbers whose label speaks of 咨询 or 监督; all of them where none does."""
    return tuple(phone for phone in guide.phones if about in phone.label) or guide.phones


def summary(turns: Sequence[Exchange], facts: Sequence[str], patterns: Mapping[str, str]) -> tuple[str, ...]:
    """The conversation in lines: the matters, what was told of the person, what was asked; () where nothing was said.

    `patterns` are the sentences with a blank: matter, facts, said.
    """
    titles = list(dict.fromkeys(turn.title for turn in turns if turn.title))
    lines = [patterns["matter"].format(title) for title in titles]
    if facts:
        lines.append(patterns["facts"].format("、".join(facts)))
    said = [turn.said[:LONGEST] + "…" * (len(turn.said) > LONGEST) for turn in turns if turn.said.strip()]
    return (*lines, *(patterns["said"].format(text) for text in list(dict.fromkeys(said))[-MOST_SAID:]))
