"""A message out of an old log, whatever kind of file it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bot.edge.journal import understanding
from bot.outcome import Outcome
from bot.privacy import mask
from bot.text import normalise
from bot.trace import Trace

IMPORTED = "imported"  # state of its row: nothing that was cut off, and nothing that this service answered
CHANNEL, SENDER = 16, 160  # characters that the journal has room for
LOCAL = timezone(timedelta(hours=8))  # of a time without a zone: the book's place


class BadRecord(ValueError):
    """A line of a log that says no message; the text is the code of the reason."""


@dataclass(frozen=True)
class Record:
    """One message: when, in which conversation, in what words; and what it came to, where the log knows."""

    at: datetime
    channel: str
    sender: str
    text: str
    outcome: Outcome | None = None
    trace: Trace | None = field(default=None, repr=False)

    @classmethod
    def of(cls, time: object, sender: object, channel: object, text: object) -> Record:
        """From a line's values. BadRecord with `time`, `sender`, `channel` or `text`, whichever cannot be used."""
        at = moment(time)
        for name, value, most in (("sender", sender, SENDER), ("channel", channel, CHANNEL), ("text", text, 10_000)):
            if not isinstance(value, str) or not value.strip() or len(value) > most:
                raise BadRecord(name)
        return cls(at, str(channel).strip(), str(sender).strip(), str(text))

    def row(self) -> dict[str, Any]:
        """The journal's row, masked. Equal messages have one `origin`, so that none is taken in twice."""
        masked = mask(normalise(self.text))
        kinds = dict.fromkeys(kind.name.lower() for kind in masked.kinds)
        told = self.outcome
        key = "\0".join((self.at.isoformat(), self.channel, self.sender, masked.text))
        return {
            **understanding(self.trace or Trace()),
            "received_at": self.at,
            "channel": self.channel,
            "sender": self.conversation,
            "text": masked.text,
            "masked": ",".join(kinds),
            "state": IMPORTED,
            "act": told.act.value if told else None,
            "guide": told.guide if told else None,
            "section": told.section if told else None,
            "slot": told.slot if told else None,
            "origin": hashlib.sha256(key.encode()).hexdigest(),
        }

    @property
    def conversation(self) -> str:
        """Named as the edge does it: the channel stands before the sender, unless it does already."""
        begins = self.sender.startswith(f"{self.channel}:")
        return self.sender if begins else f"{self.channel}:{self.sender}"[:SENDER]


def moment(value: object) -> datetime:
    """An ISO 8601 time (without a zone: China's), or seconds since 1970. BadRecord `time` for anything else."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(str(value).strip().replace("/", "-"))
    except (ValueError, OverflowError, OSError):
        raise BadRecord("time") from None
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)
