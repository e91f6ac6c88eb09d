"""A cluster: wordings that mean the same, where they lie among what is known, and what might be done about them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Member:
    """A wording of a cluster and how often it was said, doubles among it."""

    text: str
    count: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """`verdict` as `guidebot learn accept --as` takes it; for a new intent, what its answer might be named."""

    verdict: str
    response: str | None = None


@dataclass(frozen=True)
class Cluster:
    """`size` counts messages. `evidence`: reasons, nearest guides and intents with their margins, what was meant."""

    id: str
    name: str
    size: int
    members: tuple[Member, ...]
    suggestion: Suggestion
    evidence: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "id": self.id,
            "size": self.size,
            "name": self.name,
            "members": [{"text": one.text, "count": one.count, "others": list(one.others)} for one in self.members],
            "suggestion": vars(self.suggestion).copy(),
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Cluster:
        """As `to_json` gave it."""
        members = tuple(Member(one["text"], one["count"], tuple(one["others"])) for one in value["members"])
        suggestion = Suggestion(**value["suggestion"])
        return cls(value["id"], value["name"], value["size"], members, suggestion, value["evidence"])


def cluster_id(name: str) -> str:
    """By the wording in its middle: the same data gives the same ids, whenever and wherever it is mined."""
    return "c" + hashlib.sha256(name.encode()).hexdigest()[:8]
