"""What a session of the widget said and was answered: so that a retry finds its answer and a reload the whole talk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, String, Table, Text, UniqueConstraint, select

from bot.edge.journal import Journal, metadata, turns, utc

_KEY = BigInteger().with_variant(Integer, "sqlite")
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("session", String(160), nullable=False),
    Column("message", String(64), nullable=False),  # the id that the client gave it
    Column("at", DateTime(timezone=True), nullable=False),
    Column("said", Text, nullable=False),  # masked; what the citizen saw themselves say
    Column("turn", BigInteger),  # in the journal
    Column("reply", Text),  # JSON as the client got it; empty while the turn is under way
    UniqueConstraint("session", "message"),
)
feedback = Table(
    "feedback",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("session", String(160), nullable=False),
    Column("message", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("turn", BigInteger),
    Column("verdict", String(8), nullable=False),  # up, down
    Column("reasons", String(160), nullable=False),  # their codes, comma between
    Column("comment", Text, nullable=False),  # masked
    UniqueConstraint("session", "message"),
    Index("feedback_by_turn", "turn"),
)


@dataclass(frozen=True)
class Exchange:
    """A message with the reply as it was sent, None while there is none yet, and the verdict on it, if any."""

    message: str
    at: datetime
    said: str
    reply: Mapping[str, Any] | None
    verdict: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What a citizen thinks of an answer: `up` or `down`, with codes of reasons and a masked comment."""

    verdict: str
    reasons: Sequence[str] = ()
    comment: str = ""


class Exchanges:
    """The exchanges in the journal's database. Every method blocks and raises JournalError."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, session: str, message: str) -> Exchange | None:
        """One exchange of a session."""
        query = _listed().where(exchanges.c.session == session, exchanges.c.message == message)
        return next(map(_exchange, self._journal.rows(query)), None)

    def of(self, session: str) -> list[Exchange]:
        """All of a session, in the order in which they were said."""
        query = _listed().where(exchanges.c.session == session).order_by(exchanges.c.id)
        return [_exchange(row) for row in self._journal.rows(query)]

    def begin(self, session: str, message: str, said: str) -> None:
        """Write a message down; JournalError too where the session has one of this id already."""
        row = {"session": session, "message": message, "at": datetime.now(UTC), "said": said}
        self._journal.write(exchanges.insert().values(**row))

    def keep(self, session: str, message: str, said: str, turn: int | None, reply: Mapping[str, Any]) -> None:
        """Write down a message and its reply that went another way, so that a page of the session shows both."""
        row = {"session": session, "message": message, "at": datetime.now(UTC), "said": said, "turn": turn}
        self._journal.write(exchanges.insert().values(**row, reply=json.dumps(reply, ensure_ascii=False)))

    def complete(self, session: str, message: str, turn: int | None, reply: Mapping[str, Any]) -> None:
        """Keep the reply to a message, unless it was forgotten meanwhile."""
        self._journal.write(completing(session, message, turn, reply))

    def judge(self, session: str, message: str, verdict: Verdict) -> bool:
        """Keep what the citizen thinks of an answer, in place of what they thought before; False if there is none."""
        found = self._journal.rows(select(exchanges.c.turn).where(_is(exchanges, session, message)))
        if not found:
            return False
        row = {"verdict": verdict.verdict, "reasons": ",".join(verdict.reasons), "comment": verdict.comment}
        where = {"session": session, "message": message, "turn": found[0].turn, "at": datetime.now(UTC)}
        self._journal.write(
            feedback.delete().where(_is(feedback, session, message)),
            feedback.insert().values(**where, **row),
        )
        return True

    def forget(self, session: str, conversation: str) -> None:
        """Delete all that was said in a session, in the journal too, where it is called `conversation`."""
        self._journal.write(
            feedback.delete().where(feedback.c.session == session),
            exchanges.delete().where(exchanges.c.session == session),
            turns.delete().where(turns.c.sender == conversation),
        )


def completing(session: str, message: str, turn: int | None, reply: Mapping[str, Any]) -> Any:
    """The statement that keeps the reply to a message."""
    row = {"turn": turn, "reply": json.dumps(reply, ensure_ascii=False)}
    return exchanges.update().where(_is(exchanges, session, message)).values(**row)


def _is(table: Table, session: str, message: str) -> Any:
    return (table.c.session == session) & (table.c.message == message)


def _listed() -> Any:
    same = (feedback.c.session == exchanges.c.session) & (feedback.c.message == exchanges.c.message)
    return select(exchanges, feedback.c.verdict).select_from(exchanges.outerjoin(feedback, same))


def _exchange(row: Any) -> Exchange:
    return Exchange(row.message, utc(row.at), row.said, json.loads(row.reply) if row.reply else None, row.verdict)
