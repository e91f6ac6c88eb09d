"""How a turn was understood: travels from the actions to the edge's journal beside the outcome, and no further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KEPT = 5  # guides that a journal's row names
_KEY = "trace"


@dataclass(frozen=True)
class Trace:
    """Probabilities of the likeliest guides, of none of them and of naming no matter; the intent; the release."""

    candidates: Mapping[str, float] = field(default_factory=dict)
    out_of_scope: float | None = None
    topicless: float | None = None
    intent: str | None = None
    release: str | None = None

    @classmethod
    def of(
        cls, guides: Mapping[str, float], out_of_scope: float, topicless: float, intent: str | None, release: str | None
    ) -> Trace:
        """The strongest few of `guides`, rounded: it is stored with every turn."""
        best = sorted(guides.items(), key=lambda item: -item[1])[:KEPT]
        kept = {guide: round(float(probability), 4) for guide, probability in best}
        return cls(kept, round(float(out_of_scope), 4), round(float(topicless), 4), intent, release or None)

    def to_custom(self) -> dict[str, Any]:
        """A message's `custom` that is no outcome: it carries no `act`."""
        return {_KEY: {**vars(self), "candidates": dict(self.candidates)}}


def trace_of(messages: Sequence[Mapping[str, Any]]) -> Trace | None:
    """The last trace of a reply; None where there is none that can be read: it is never worth losing an answer."""
    customs = [message.get("custom") for message in messages]
    found = [custom[_KEY] for custom in customs if isinstance(custom, Mapping) and _KEY in custom]
    if not found or not isinstance(found[-1], Mapping):
        return None
    own = found[-1]
    candidates = own.get("candidates")
    listed = candidates.items() if isinstance(candidates, Mapping) else ()
    return Trace(
        {str(guide): float(p) for guide, p in listed if isinstance(p, int | float)},
        _number(own.get("out_of_scope")),
        _number(own.get("topicless")),
        _name(own.get("intent")),
        _name(own.get("release")),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _name(value: object) -> str | None:
    return value[:64] if isinstance(value, str) and value else None
