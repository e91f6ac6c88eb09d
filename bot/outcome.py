"""What a turn came to: the closed list that texts, metrics, logs and evaluation all read.

The same shape travels as JSON under `custom` in exactly one message of every reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

_T = TypeVar("_T")


class OutcomeError(ValueError):
    """A reply carries no outcome, several, or one that is not of the agreed shape."""


class Act(StrEnum):
    """What the assistant did in a turn."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    HANDOFF = "handoff"
    CHITCHAT = "chitchat"
    RESTART = "restart"
    CANCEL = "cancel"
    ERROR = "error"


@dataclass(frozen=True)
class Option:
    """One thing the citizen can choose; sending `payload`, `title` or the same in free words all work."""

    title: str
    payload: str
    guides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a quote stands in print: the guide's title, the page it begins on, the edition of the book."""

    title: str
    page: int
    edition: str


@dataclass(frozen=True)
class Variant:
    """The part of a quote for one channel (线上 or 窗口), with the label the book prints before it."""

    channel: str
    label: str
    text: str


@dataclass(frozen=True)
class Further:
    """One more section that is quoted in the same turn, of the same guide or of its look-alike."""

    section: str
    quote: str
    source: Source
    note: str | None = None
    variants: tuple[Variant, ...] = ()

    def to_custom(self) -> dict[str, Any]:
        """It as JSON-ready values."""
        variants = [vars(variant).copy() for variant in self.variants]
        return {**vars(self), "source": vars(self.source).copy(), "variants": variants}


@dataclass(frozen=True)
class Outcome:
    """What one turn came to. `note` is an editors' remark on an error of the source, shown beside the quote."""

    act: Act
    guide: str | None = None
    section: str | None = None
    slot: str | None = None
    options: tuple[Option, ...] = ()
    quote: str | None = None
    source: Source | None = None
    note: str | None = None
    variants: tuple[Variant, ...] = ()
    card: Mapping[str, Any] | None = None  # what a client may show besides the texts, which say the same; has a `kind`
    more: tuple[Further, ...] = ()

    def to_custom(self) -> dict[str, Any]:
        """The outcome as JSON-ready values, every key present."""
        return {
            "act": self.act.value,
            "guide": self.guide,
            "section": self.section,
            "slot": self.slot,
            "options": [
                {"title": option.title, "payload": option.payload, "guides": list(option.guides)}
                for option in self.options
            ],
            "quote": self.quote,
            "source": None if self.source is None else vars(self.source).copy(),
            "note": self.note,
            "variants": [vars(variant).copy() for variant in self.variants],
            "card": None if self.card is None else dict(self.card),
            "more": [further.to_custom() for further in self.more],
        }

    @classmethod
    def from_custom(cls, value: object) -> Outcome:
        """The outcome in a message's `custom`; keys beyond the agreed ones are ignored, missing ones are defaults.

        Raises OutcomeError on an unknown act or a wrong type, on an `answer` without guide, section, quote and
        source, and on a `clarify` without slot and options: nothing of that kind may reach a citizen.
        """
        custom = _mapping(value, "custom")
        outcome = cls(
            act=_act(custom.get("act")),
            guide=_text_or_none(custom, "guide"),
            section=_text_or_none(custom, "section"),
            slot=_text_or_none(custom, "slot"),
            options=_each(custom, "options", _option),
            quote=_text_or_none(custom, "quote"),
            source=None if custom.get("source") is None else _source(custom["source"]),
            note=_text_or_none(custom, "note"),
            variants=_each(custom, "variants", _variant),
            card=None if custom.get("card") is None else _card(custom["card"]),
            more=_each(custom, "more", _further),
        )
        _check_complete(outcome)
        return outcome


def outcome_of(messages: Sequence[Mapping[str, Any]]) -> Outcome:
    """The outcome of a reply: of the one message whose `custom` has an `act`. OutcomeError if none or several."""
    carriers = [
        message["custom"]
        for message in messages
        if isinstance(message, Mapping) and isinstance(message.get("custom"), Mapping) and "act" in message["custom"]
    ]
    if len(carriers) != 1:
        raise OutcomeError(f"a reply carries exactly one outcome, this one carries {len(carriers)}")
    return Outcome.from_custom(carriers[0])


def _check_complete(outcome: Outcome) -> None:
    needed: dict[Act, tuple[str, ...]] = {
        Act.ANSWER: ("guide", "section", "quote", "source"),
        Act.CLARIFY: ("slot", "options"),
    }
    missing = [name for name in needed.get(outcome.act, ()) if not getattr(outcome, name)]
    if missing:
        raise OutcomeError(f"{outcome.act.value} lacks {', '.join(missing)}")


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise OutcomeError(f"{name} is an object, not {type(value).__name__}")
    return value


def _act(value: object) -> Act:
    if not isinstance(value, str):
        raise OutcomeError(f"act is a string, not {type(value).__name__}")
    try:
        return Act(value)
    except ValueError:
        raise OutcomeError(f"act {value!r} is not one of {', '.join(act.value for act in Act)}") from None


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value:
        raise OutcomeError(f"{key} is a string that is not empty, not {value!r:.40}")
    return value


def _text_or_none(source: Mapping[str, Any], key: str) -> str | None:
    return None if source.get(key) is None else _text(source, key)


def _each(source: Mapping[str, Any], key: str, read: Callable[[object], _T]) -> tuple[_T, ...]:
    value = source.get(key)
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise OutcomeError(f"{key} is a list, not {type(value).__name__}")
    return tuple(read(item) for item in value)


def _option(value: object) -> Option:
    option = _mapping(value, "options[]")
    guides = option.get("guides") or ()
    if not isinstance(guides, Sequence) or isinstance(guides, str) or any(not isinstance(g, str) for g in guides):
        raise OutcomeError("options[].guides is a list of guide ids")
    return Option(_text(option, "title"), _text(option, "payload"), tuple(guides))


def _source(value: object) -> Source:
    source = _mapping(value, "source")
    page = source.get("page")
    if not isinstance(page, int) or isinstance(page, bool) or page < 1:
        raise OutcomeError(f"source.page is a page number from 1, not {page!r:.40}")
    return Source(_text(source, "title"), page, _text(source, "edition"))


def _further(value: object) -> Further:
    further = _mapping(value, "more[]")
    return Further(
        _text(further, "section"),
        _text(further, "quote"),
        _source(further.get("source")),
        _text_or_none(further, "note"),
        _each(further, "variants", _variant),
    )


def _variant(value: object) -> Variant:
    variant = _mapping(value, "variants[]")
    return Variant(_text(variant, "channel"), _text(variant, "label"), _text(variant, "text"))


def _card(value: object) -> Mapping[str, Any]:
    """A card with a kind; a kind that a client does not know costs it nothing, so it is not checked further."""
    card = _mapping(value, "card")
    _text(card, "kind")
    return card
