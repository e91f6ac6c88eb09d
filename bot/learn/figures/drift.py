"""Whether people ask for other things than before: more that is not understood, and words that nobody used to say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from scipy.stats import norm

from bot.edge.journal import Journal
from bot.learn.figures.config import FiguresConfig
from bot.learn.figures.period import Period, local_day
from bot.learn.figures.words import NewWord, new_words
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.doubles import is_noise
from bot.learn.mine.said import Said, said_since
from bot.outcome import Act

UNKNOWN, WORDS = "unknown", "new_words"
_ASKING = (Act.ANSWER, Act.CLARIFY, Act.FALLBACK)


@dataclass(frozen=True)
class Side:
    """Conversations of some days, of one person on one day each, and how many had something not understood."""

    conversations: int
    unknown: int

    @property
    def share(self) -> float | None:
        return self.unknown / self.conversations if self.conversations else None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "share": self.share}


@dataclass(frozen=True)
class Drift:
    """The last `days` against those before. `p`: how likely chance alone is to bring so large a rise; None, as
    `enough` tells, where there was too little to say anything. `notices` are UNKNOWN, WORDS, both or neither."""

    days: int
    recent: Side
    base: Side
    enough: bool
    p: float | None
    words: tuple[NewWord, ...]
    notices: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "recent": self.recent.to_json(), "base": self.base.to_json()}


def drift_of(journal: Journal, config: FiguresConfig, mining: MiningConfig, now: datetime | None = None) -> Drift:
    """Out of the journal. JournalError."""
    recent = Period.lately(config.recent_days, now)
    base = recent.before(config.base_days)
    read = [one for one in said_since(journal, base.start) if one.act in _ASKING and not is_noise(one.text, mining)]
    sides = [[one for one in read if period.holds(one.at)] for period in (recent, base)]
    return compare(sides[0], sides[1], config)


def compare(recent: Sequence[Said], base: Sequence[Said], config: FiguresConfig) -> Drift:
    """Messages of the last days against those of the days before."""
    now, before = (_conversations(said) for said in (recent, base))
    here, there = _side(now), _side(before)
    enough = here.conversations >= config.least_recent and there.conversations >= config.least_base
    if not enough:
        return Drift(config.recent_days, here, there, False, None, (), ())
    p = chance_of_rise(here, there)
    rise = (here.share or 0.0) - (there.share or 0.0)
    words = new_words(list(map(_text, now.values())), list(map(_text, before.values())), config)
    has_risen = p < config.chance and rise >= config.rise
    notices = (UNKNOWN,) * has_risen + (WORDS,) * bool(words)
    return Drift(config.recent_days, here, there, True, p, tuple(words), notices)


def chance_of_rise(recent: Side, base: Side) -> float:
    """The one-sided p of the two-proportion z test with pooled variance."""
    n, m = recent.conversations, base.conversations
    pooled = (recent.unknown + base.unknown) / (n + m)
    deviation = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    rise = recent.unknown / n - base.unknown / m
    return float(norm.sf(rise / deviation)) if deviation else 1.0


def _conversations(messages: Sequence[Said]) -> dict[tuple[str, date], list[Said]]:
    found: dict[tuple[str, date], list[Said]] = {}
    for said in messages:
        found.setdefault((said.sender, local_day(said.at)), []).append(said)
    return found


def _side(conversations: dict[tuple[str, date], list[Said]]) -> Side:
    unknown = sum(any(said.act == Act.FALLBACK for said in own) for own in conversations.values())
    return Side(len(conversations), unknown)


def _text(own: Sequence[Said]) -> str:
    return "\n".join(said.text for said in own)
