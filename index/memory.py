"""What a conversation remembers between turns, as plain JSON values that fit into a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Beliefs = Mapping[str, float]  # guide → probability; what is not in it counts as nought

KEPT = 12
STORY = 200  # characters


@dataclass(frozen=True)
class Pending:
    """A clarifying question under way: the facet asked for, what was asked about, and between which guides."""

    slot: str
    text: str
    section: str
    beliefs: Beliefs
    asked: int = 1  # how many questions this matter has taken so far
    by_title: bool = False  # whether guides' titles were offered instead of a facet's values
    repeated: bool = False  # whether the same facet was asked a second time
    aside: int = 0  # turns spent on something else since
    turn: str = ""  # the message that led to the question
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what the question asked first speaks of
    more: tuple[str, ...] = ()  # further sections that it asked for

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> Pending | None:
        if not value:
            return None
        return cls(**{**value, "hints": tuples(value.get("hints", {})), "more": tuple(value.get("more", ()))})

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "beliefs": strongest(self.beliefs), "hints": lists(self.hints), "more": list(self.more)}


@dataclass(frozen=True)
class Memory:
    """Topic of the conversation: guide and section last answered, how likely its look-alikes were, what was said."""

    guide: str | None = None
    section: str | None = None
    beliefs: Beliefs = field(default_factory=dict)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pending: Pending | None = None
    beside: str | None = None  # the guide quoted beside the last, where the citizen could not tell which
    shelved: Pending | None = None  # the question that was dropped last: its buttons may still be pressed
    more: tuple[str, ...] = ()  # further sections that were asked for with the last
    later: str | None = None  # a question about another matter that came with this one
    story: str = ""  # what was told lately and comes to nothing by itself: the question to it may follow

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> Memory:
        """From the slot's value; nothing remembered where it is empty."""
        if not value:
            return cls()
        pending, said = Pending.of(value["pending"]), tuples(value["said"])
        shelved = Pending.of(value.get("shelved"))
        more, beside = tuple(value.get("more", ())), value.get("beside")
        later, story = value.get("later"), value.get("story", "")
        return cls(
            value["guide"], value["section"], value["beliefs"], said, pending, beside, shelved, more, later, story
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "guide": self.guide, "section": self.section, "beliefs": strongest(self.beliefs),
            "said": lists(self.said), "beside": self.beside, "more": list(self.more), "later": self.later,
            "story": self.story,
            "pending": self.pending and self.pending.to_json(), "shelved": self.shelved and self.shelved.to_json(),
        }  # fmt: skip

    def without_question(self) -> Memory:
        """The same, with the question under way dropped, and what was told before it."""
        return replace(self, pending=None, shelved=self.pending or self.shelved, story="")

    def with_story(self, text: str) -> Memory:
        """The same, with this told, too; of a long story the end is kept."""
        return replace(self, story=f"{self.story}，{text}".lstrip("，")[-STORY:])

    def with_said(
        self, said: Mapping[str, tuple[str, ...]], denied: Mapping[str, tuple[str, ...]] | None = None
    ) -> Memory:
        """The same, with what is true of the person, less what is denied; the matter named is in the beliefs."""
        lasting = {facet: values for facet, values in said.items() if facet != "matter"}
        taken = {facet: set(values) for facet, values in (denied or {}).items()}
        kept = {facet: values for facet, values in self.said.items() if not set(values) <= taken.get(facet, set())}
        return replace(self, said={**kept, **lasting})


def tuples(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What was said, as it is used."""
    return {facet: tuple(values) for facet, values in said.items()}


def lists(said: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """What was said, as it is stored."""
    return {facet: list(values) for facet, values in said.items()}


def strongest(beliefs: Beliefs) -> dict[str, float]:
    """The few guides that matter, rounded: a slot is stored with every turn."""
    best = sorted(beliefs.items(), key=lambda item: -item[1])[:KEPT]
    return {guide: round(probability, 4) for guide, probability in best if probability >= 1e-4}
