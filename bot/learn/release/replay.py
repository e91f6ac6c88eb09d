"""What the last days' messages would come to under another release."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.edge.journal import Journal
from bot.learn.evaluate import reply_in
from bot.learn.mine.said import said_since
from bot.learn.release.running import running
from bot.learn.release.store import Release

Came = tuple[str, str | None]  # act and guide


@dataclass(frozen=True)
class Difference:
    """A message that would come to something else, and how often it was said."""

    text: str
    count: int
    now: Came
    then: Came

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        acts = {name: {"act": came[0], "guide": came[1]} for name, came in (("now", self.now), ("then", self.then))}
        return {"text": self.text, "count": self.count, **acts}


def said_lately(journal: Journal, days: int, most: int) -> dict[str, int]:
    """The most frequent messages of the last days, each by itself, with how often each was said."""
    texts = Counter(said.text for said in said_since(journal, datetime.now(UTC) - timedelta(days=days)))
    ordered = sorted(texts.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:most])


def answers(release: Release, texts: Sequence[str]) -> dict[str, Came]:
    """What each message comes to under a release, at the beginning of a conversation."""
    release.verify()
    with running(release) as assistant:
        replies = {text: reply_in(assistant.say(f"replay-{uuid.uuid4().hex}", text)) for text in texts}
    return {text: (str(reply["act"]), reply.get("guide")) for text, reply in replies.items()}


def differences(counts: Mapping[str, int], now: Mapping[str, Came], then: Mapping[str, Came]) -> list[Difference]:
    """The messages that differ, the most frequent first."""
    return [Difference(text, count, now[text], then[text]) for text, count in counts.items() if now[text] != then[text]]
