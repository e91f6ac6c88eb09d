"""What the ranker alone says of the questions of a set: every guide's probability, without a running service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.learn.evaluate import DIALOGUE, Row, kind_of

if TYPE_CHECKING:
    from index.engine import Engine


@dataclass(frozen=True)
class Ranked:
    """A question, the guides that answer it (none where it is out of scope) and how likely each guide is."""

    text: str
    wanted: frozenset[str]
    guides: Mapping[str, float]

    @cached_property
    def order(self) -> list[str]:
        """The guides, likeliest first."""
        return sorted(self.guides, key=lambda guide: -self.guides[guide])

    @property
    def first(self) -> str:
        """The likeliest guide."""
        return self.order[0]

    @property
    def sure(self) -> float:
        """The probability of the likeliest guide."""
        return self.guides[self.first]

    @property
    def right(self) -> bool:
        """Whether the likeliest guide answers the question; never of one that is out of scope."""
        return self.first in self.wanted

    @property
    def meant(self) -> str:
        """Of the guides that answer it the one that the ranker finds likeliest. Only for questions in scope."""
        return max(sorted(self.wanted), key=lambda guide: self.guides[guide])


def rank(engine: Engine, rows: Iterable[Row]) -> list[Ranked]:
    """The single questions and those out of scope; left out are dialogues and what asks for guides not in the book."""
    asked = [row for row in rows if kind_of(row) != DIALOGUE]
    known = [row for row in asked if set(row.get("guides", ())) <= engine.guides.keys()]
    scores = engine.scores([row["q"] for row in known])
    return [
        Ranked(row["q"], frozenset(row.get("guides", ())), score.guides)
        for row, score in zip(known, scores, strict=True)
    ]
