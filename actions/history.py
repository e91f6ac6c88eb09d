"""What was said and answered so far in a conversation, read from Rasa's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.outcome import Act

RECENT = 3  # turns for which it holds who goes


@dataclass(frozen=True)
class Turn:
    """One thing that was said, and the outcome of the reply as JSON; empty where none came yet."""

    said: str
    outcome: Mapping[str, Any]


def turns(tracker: Tracker) -> list[Turn]:
    """The turns since the conversation began or was started over, oldest first; the last is the one under way."""
    found: list[Turn] = []
    for event in tracker.events:
        if event["event"] == "user":
            found.append(Turn(str(event.get("text") or ""), {}))
        elif found and event["event"] == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            if custom.get("act"):
                found[-1] = Turn(found[-1].said, custom)
    restarted = [at for at, turn in enumerate(found) if turn.outcome.get("act") == Act.RESTART]
    return found[restarted[-1] + 1 :] if restarted else found


def asked(tracker: Tracker) -> list[str]:
    """What was said now and, where that answers a question asked back, what had been asked, the newest first."""
    said = turns(tracker)
    first = len(said) - 1
    while first > 0 and said[first - 1].outcome.get("act") == Act.CLARIFY:
        first -= 1
    return [turn.said for turn in reversed(said[max(first, 0) :])]


def latest(tracker: Tracker) -> list[str]:
    """What was said last, the newest first."""
    return [turn.said for turn in reversed(turns(tracker)[-RECENT:])]
