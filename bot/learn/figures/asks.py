"""What people wanted, and how it ended: a question with the clarifications that belong to it is one ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, zip_longest

from bot.learn.mine.config import MiningConfig
from bot.learn.mine.said import Said
from bot.learn.mine.worth import again
from bot.outcome import Act

ASKING = (Act.ANSWER, Act.CLARIFY, Act.FALLBACK, Act.ERROR)  # the others are talk, wishes and goodbyes


class End(StrEnum):
    """What an ask came to."""

    ANSWERED = "answered"
    REFUSED = "refused"
    HANDOFF = "handoff"
    DROPPED = "dropped"  # the citizen cancelled or began anew
    LEFT = "left"  # the last word was ours, a question
    ERROR = "error"


_ENDS: dict[str, End] = {
    Act.ANSWER: End.ANSWERED,
    Act.FALLBACK: End.REFUSED,
    Act.HANDOFF: End.HANDOFF,
    Act.CANCEL: End.DROPPED,
    Act.RESTART: End.DROPPED,
    Act.ERROR: End.ERROR,
}


@dataclass(frozen=True)
class Ask:
    """The messages of an ask, its end, and whether the citizen had reason to complain of an answer: 👎, said again in
    other words, or a person asked for right after."""

    said: tuple[Said, ...]
    end: End
    complained: bool = False

    @property
    def questions(self) -> int:
        """How often we asked back."""
        return sum(said.act == Act.CLARIFY for said in self.said)

    @property
    def resolved(self) -> bool:
        """Answered, and nothing says that it helped nobody."""
        return self.end is End.ANSWERED and not self.complained


def asks_of(messages: Sequence[Said], mining: MiningConfig, pause_s: float) -> Iterator[Ask]:
    """All asks of messages ordered as `said_since` does; what a log does not say the end of is none."""
    for _, own in groupby(messages, key=lambda said: said.sender):
        yield from _of_conversation(list(own), mining, pause_s)


def _of_conversation(conversation: Sequence[Said], mining: MiningConfig, pause_s: float) -> Iterator[Ask]:
    under_way: list[Said] = []
    for said, following in zip_longest(conversation, conversation[1:]):
        if not under_way and said.act not in ASKING:
            continue
        under_way.append(said)
        soon = following is not None and (following.at - said.at).total_seconds() <= pause_s
        if end := _end(said, open_on=soon):
            complained = end is End.ANSWERED and is_complaint(said, following if soon else None, mining)
            yield Ask(tuple(under_way), end, complained)
            under_way = []


def _end(said: Said, open_on: bool) -> End | None:
    """How the ask ends with this message; None where it goes on."""
    return _ENDS.get(said.act or "") or (None if open_on else End.LEFT)


def is_complaint(said: Said, following: Said | None, mining: MiningConfig) -> bool:
    """Whether an answer was none for whoever asked."""
    handed_over = following is not None and following.act == Act.HANDOFF
    return said.verdict == "down" or handed_over or again(said, following, mining)
