"""Conversations in SQL that stay what they were when the database fails, and fast however long they get."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.event import listen
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

_failures: ContextVar[list[str] | None] = ContextVar("failures", default=None)


class TrackerStoreError(Exception):
    """A conversation that cannot be read now. It says no more: the database's own words quote the conversation."""


def watch_failures() -> list[str]:
    """A list of what the store could not do from here on in the turn that is being taken: `read`, `write`."""
    failures: list[str] = []
    _failures.set(failures)
    return failures


class SteadyTrackerStore(SQLTrackerStore):
    """Rasa goes on with an empty conversation where it cannot read one, and keeps in memory what it cannot write.

    Here such a turn leaves no trace, and whoever watches is told, so that the citizen hears of it. A conversation of
    more than `max_events` events goes on in a new session that begins with what is remembered.
    """

    def __init__(self, *, max_events: int, **store: Any) -> None:
        super().__init__(**store)
        self._max_events = max_events
        if self.engine.dialect.name == "sqlite":
            self.engine: Engine = _kept_open(self.engine.url)
            self.sessionmaker.configure(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """A conversation's latest session; TrackerStoreError where it cannot be read, at the second try either."""
        try:
            return await self._bounded(sender_id)
        except SQLAlchemyError:
            self.engine.dispose()  # a restart of the database has cut its connections
        try:
            return await self._bounded(sender_id)
        except SQLAlchemyError:
            self._failed("read")
            raise TrackerStoreError("not read") from None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write what is new; nothing of a turn that could not read what was before, nor of a conversation to come."""
        if _failures.get() or not tracker.events:
            return
        try:
            await super().save(tracker)
        except SQLAlchemyError:
            self._failed("write")

    def _failed(self, step: str) -> None:
        failures = _failures.get()
        if failures is not None:
            failures.append(step)

    async def _bounded(self, sender_id: str) -> DialogueStateTracker | None:
        tracker = await super().retrieve(sender_id)
        if tracker is None or not self._is_too_long(tracker):
            return tracker
        for event in list(_beginning(tracker)):
            tracker.update(event, self.domain)
        await super().save(tracker)
        return await super().retrieve(sender_id)

    def _is_too_long(self, tracker: DialogueStateTracker) -> bool:
        """Whether a long conversation can be cut here: no question is open, and it is not over anyway."""
        if len(tracker.events) <= self._max_events or tracker.active_loop_name:
            return False
        last = tracker.get_last_event_for(UserUttered)
        expires_min = self.domain.session_config.session_expiration_time
        return last is None or not expires_min or time.time() - last.timestamp < 60 * expires_min


def _kept_open(url: URL) -> Engine:
    """SQLite whose connection is kept, and whose turns need not wait for the disk.

    A killed process loses nothing by that, a power cut the last turns of a conversation; the journal has them.
    """
    engine = create_engine(url, poolclass=QueuePool)
    listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _beginning(tracker: DialogueStateTracker) -> Iterator[Event]:
    """A session that knows what the conversation so far has settled."""
    slots = tracker.current_slot_values()
    yield SessionStarted()
    yield from (SlotSet(name, value) for name, value in slots.items() if value is not None)
    yield ActionExecuted(ACTION_LISTEN_NAME)
