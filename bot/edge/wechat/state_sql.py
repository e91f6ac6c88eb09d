"""The shared state in a table of the journal's database: for one machine, and for those with PostgreSQL."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Float, MetaData, String, Table, Text, create_engine, event, select, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.edge.wechat.state import StateError

_WAIT_S = 5
_PAUSE_S = 0.2
_state = Table(
    "wechat_state",
    MetaData(),
    Column("name", String(200), primary_key=True),
    Column("value", Text, nullable=False),
    Column("ends_at", Float(53), nullable=False, index=True),  # seconds since 1970
)
_PUT = (
    "INSERT INTO wechat_state (name, value, ends_at) VALUES (:name, :value, :end) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at"
)
_ADD = text(f"{_PUT} WHERE wechat_state.ends_at <= :now")
_PUT_ANY = text(_PUT)


class SqlStore:
    """A Store in the database at `url` (SQLite or PostgreSQL). Opens on first use."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._engine: Engine | None = None
        self._opening = threading.Lock()

    def get(self, name: str) -> str | None:
        """See Store."""
        found = select(_state.c.value).where(_state.c.name == name, _state.c.ends_at > time.time())
        rows = self._run(found, read=True)
        return rows[0][0] if rows else None

    def add(self, name: str, value: str, ttl_s: float) -> bool:
        """See Store."""
        now = time.time()
        return bool(self._run(_ADD, {"name": name, "value": value, "end": now + ttl_s, "now": now}))

    def put(self, name: str, value: str, ttl_s: float) -> None:
        """See Store."""
        self._run(_PUT_ANY, {"name": name, "value": value, "end": time.time() + ttl_s})

    def swap(self, name: str, old: str, new: str, ttl_s: float) -> bool:
        """See Store."""
        now = time.time()
        there = (_state.c.name == name, _state.c.value == old, _state.c.ends_at > now)
        return bool(self._run(_state.update().where(*there).values(value=new, ends_at=now + ttl_s)))

    def drop(self, name: str) -> None:
        """See Store."""
        self._run(_state.delete().where(_state.c.name == name))

    def names(self, prefix: str) -> list[str]:
        """See Store."""
        there = (_state.c.name >= prefix, _state.c.name < prefix + "\U0010ffff", _state.c.ends_at > time.time())
        return [row[0] for row in self._run(select(_state.c.name).where(*there), read=True)]

    def tidy(self) -> None:
        """See Store."""
        self._run(_state.delete().where(_state.c.ends_at <= time.time()))

    def close(self) -> None:
        """See Store."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _run(self, statement: Any, values: dict[str, Any] | None = None, read: bool = False) -> Any:
        """The rows that a query finds, or how many rows a change touched."""
        for last in (False, True):
            try:
                with self._opened().connect() as connection:
                    result = connection.execute(statement, values or {})
                    return result.all() if read else result.rowcount
            except (SQLAlchemyError, OSError) as error:
                # A server that was restarted closed our connections: the pool has let go of them by now.
                if last or not getattr(error, "connection_invalidated", False):
                    raise StateError(type(error).__name__) from error
        raise AssertionError

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = _engine(self._url)
                _make_table(engine)
                self._engine = engine
            return self._engine


def _make_table(engine: Engine) -> None:
    """Workers that start together all make the table: whoever comes second may meet the first half-way."""
    for last in (False, False, True):
        try:
            with engine.begin() as connection:
                connection.execute(CreateTable(_state, if_not_exists=True))
                for index in _state.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
            return
        except SQLAlchemyError:
            if last:
                raise
            time.sleep(_PAUSE_S)


def _engine(url: Any) -> Engine:
    shared = {"future": True, "hide_parameters": True, "poolclass": QueuePool, "pool_timeout": _WAIT_S}
    shared["isolation_level"] = "AUTOCOMMIT"  # each change is one statement
    if url.get_backend_name() != "sqlite":
        # What is younger than a moment may be lost with the server, as with SQLite below: WeChat repeats it.
        options = f"-c statement_timeout={_WAIT_S * 1000} -c synchronous_commit=off"
        return create_engine(url, connect_args={"connect_timeout": _WAIT_S, "options": options}, **shared)
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    # One connection for all threads: writers queue here instead of polling SQLite's lock.
    waits = {"check_same_thread": False, "timeout": _WAIT_S}
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args=waits, **shared)
    event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")  # outlives a crash of the process; WeChat repeats what is younger
    cursor.close()
