"""The edge's record of messages and outcomes, masked: a row when a message comes, filled in when it is answered.

A row that stays in state `received` is a message whose turn was cut off: nothing that was sent is ever missing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    select,
)
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.edge.schema import upgrade
from bot.outcome import Outcome
from bot.trace import Trace

RECEIVED = "received"
COMPLETED = "completed"
_WAIT_S = 5  # for a lock, a connection or a statement: less than a citizen's patience

metadata = MetaData()
turns = Table(
    "turns",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("sender", String(160), nullable=False),
    Column("text", Text, nullable=False),  # masked and normalised
    Column("masked", String(160), nullable=False),  # kinds of what was masked, comma between
    Column("state", String(16), nullable=False),
    Column("act", String(16)),
    Column("guide", String(16)),
    Column("section", String(32)),
    Column("slot", String(32)),
    Column("latency_ms", Integer),
    Column("cause", String(64)),  # why the edge and not the assistant answered
    Column("reply", Text),  # the outcome as JSON
    Column("candidates", Text),  # the likeliest guides with their probabilities, as JSON
    Column("out_of_scope", Float),  # probability of being in none of the guides
    Column("topicless", Float),  # … and of naming no matter
    Column("intent", String(64)),
    Column("release", String(64)),  # that answered; empty where what was built last did
    Column("origin", String(64)),  # of a message out of an old log: what tells it from all others
    Index("turns_by_sender", "sender", "id"),
    Index("turns_by_time", "received_at"),
    Index("turns_by_origin", "origin", unique=True),
)


class JournalError(Exception):
    """The journal cannot be read or written now."""


@dataclass(frozen=True)
class Entry:
    """A message as it is written down: `sender` with its channel before it, `text` masked."""

    channel: str
    sender: str
    text: str
    masked: tuple[str, ...] = ()


def understanding(trace: Trace | None) -> dict[str, Any]:
    """The columns that say how a turn was understood."""
    if trace is None:
        return {}
    candidates = json.dumps(dict(trace.candidates)) if trace.candidates else None
    return {**vars(trace), "candidates": candidates}


class Journal:
    """The journal in the database at `url`. Opens on first use; every method blocks and raises JournalError."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._engine: Engine | None = None
        self._opening = threading.Lock()

    def receive(self, entry: Entry) -> int:
        """Write a message down before anything is done about it; returns the id of its turn."""
        row = {
            "received_at": datetime.now(UTC),
            "channel": entry.channel,
            "sender": entry.sender,
            "text": entry.text,
            "masked": ",".join(entry.masked),
            "state": RECEIVED,
        }
        return int(self._run(turns.insert().values(**row)).inserted_primary_key[0])

    def complete(
        self,
        turn: int,
        outcome: Outcome,
        latency_ms: int,
        cause: str | None,
        trace: Trace | None = None,
        beside: Sequence[Any] = (),
    ) -> None:
        """Fill in what a turn came to; `cause` says why, where the edge answered in its own name.

        The statements `beside` are run with it, all or none: an edge may be killed between any two writes.
        """
        row = {
            **understanding(trace),
            "state": COMPLETED,
            "act": outcome.act.value,
            "guide": outcome.guide,
            "section": outcome.section,
            "slot": outcome.slot,
            "latency_ms": latency_ms,
            "cause": cause,
            "reply": json.dumps(outcome.to_custom(), ensure_ascii=False),
        }
        self._run(turns.update().where(turns.c.id == turn).values(**row), *beside)

    def write(self, *statements: Any) -> None:
        """Run statements on tables of `metadata`, all or none of them."""
        self._run(*statements)

    def rows(self, statement: Any) -> list[Any]:
        """All rows that a query finds."""
        return list(self._run(statement, fetch=True))

    def check(self) -> None:
        """Raise JournalError unless the journal can be reached and has its table."""
        self._run(select(turns.c.id).limit(1))

    def close(self) -> None:
        """Let go of every connection; the next use opens anew."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _run(self, *statements: Any, fetch: bool = False) -> Any:
        """What the last of the statements results in."""
        try:
            with self._opened().begin() as connection:
                result = None
                for statement in statements:
                    result = connection.execute(statement)
                return result.all() if fetch and result is not None else result
        except (SQLAlchemyError, OSError) as error:
            if type(error) is DatabaseError:  # a file that is no database any more: look anew for one put in its place
                self.close()
            raise JournalError(type(error).__name__) from error

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = _sqlite(self._url) if self._url.get_backend_name() == "sqlite" else _server(self._url)
                upgrade(engine)
                self._engine = engine
            return self._engine


def _sqlite(url: URL) -> Engine:
    """One connection for all threads: writers queue here instead of polling SQLite's lock."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,  # an error in a log must not quote a message
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_WAIT_S,
        connect_args={"check_same_thread": False, "timeout": _WAIT_S},
    )
    event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers (mining, the console) never hold up a turn
    cursor.execute("PRAGMA synchronous=FULL")  # a row that was written outlives a power cut
    cursor.close()


def _server(url: URL) -> Engine:
    return create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=_WAIT_S,
        connect_args={"connect_timeout": _WAIT_S, "options": f"-c statement_timeout={_WAIT_S * 1000}"},
    )


def utc(at: datetime) -> datetime:
    """A time out of the journal's database; SQLite forgets the zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
