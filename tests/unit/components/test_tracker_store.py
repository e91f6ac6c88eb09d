"""A conversation outlives what the database goes through, and stays short in memory however long it gets."""

from __future__ import annotations

import sqlite3
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.event import listen

from bot.components.tracker_store import SteadyTrackerStore, watch_failures

pytestmark = pytest.mark.asyncio
with warnings.catch_warnings(action="ignore"):
    DOMAIN = Domain.from_yaml(
        """
        version: "3.1"
        intents: [ask]
        slots:
          memory: {type: any, mappings: [{type: custom}]}
          other: {type: any, mappings: [{type: custom}]}
        forms: {clarify_form: {required_slots: []}}
        session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: false}
        """
    )
MOST = 20


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(database: Path) -> SteadyTrackerStore:
    return SteadyTrackerStore(max_events=MOST, domain=DOMAIN, dialect="sqlite", db=str(database))


async def turn(store: Any, text: str, *events: Any, at: float | None = None) -> DialogueStateTracker:
    """One turn as Rasa takes it: read, add, write."""
    tracker = await store.get_or_create_tracker("u1", append_action_listen=False)
    for event in (UserUttered(text, timestamp=at), *events, ActionExecuted("action_listen", timestamp=at)):
        tracker.update(event, DOMAIN)
    await store.save(tracker)
    return tracker


async def read(store: Any) -> DialogueStateTracker:
    tracker = await store.retrieve("u1")
    assert tracker is not None
    return tracker


async def begin(store: Any) -> None:
    tracker = await store.get_or_create_tracker("u1", append_action_listen=False)
    tracker.update(SessionStarted(), DOMAIN)
    await store.save(tracker)


async def test_a_long_conversation_keeps_what_it_knows_and_is_cut(store: SteadyTrackerStore) -> None:
    await begin(store)
    lengths = []
    for number in range(40):
        tracker = await turn(store, f"第{number}问", SlotSet("memory", {"guide": f"g{number}"}))
        lengths.append(len(tracker.events))
    assert max(lengths) <= MOST + 3
    tracker = await read(store)
    assert tracker.get_slot("memory") == {"guide": "g39"}
    assert tracker.get_slot("other") is None
    assert len((await store.retrieve_full_tracker("u1")).events) > 120, "all of it stays in the database"


async def test_no_turn_is_lost_where_it_is_cut(store: SteadyTrackerStore) -> None:
    await begin(store)
    for number in range(40):
        await turn(store, f"第{number}问")
    events = (await store.retrieve_full_tracker("u1")).events
    assert [event.text for event in events if isinstance(event, UserUttered)] == [f"第{n}问" for n in range(40)]


async def test_it_is_not_cut_while_a_question_is_open(store: SteadyTrackerStore) -> None:
    await begin(store)
    await turn(store, "社保登记", ActiveLoop("clarify_form"))
    for number in range(12):
        await turn(store, f"第{number}问")
    assert len((await read(store)).events) > MOST
    await turn(store, "企业", ActiveLoop(None))
    assert len((await read(store)).events) < MOST


async def test_a_conversation_that_is_over_is_left_to_rasa(store: SteadyTrackerStore) -> None:
    hours_ago = time.time() - 3 * 3600
    for number in range(15):
        await turn(store, f"第{number}问", at=hours_ago)
    assert len((await read(store)).events) > MOST


async def test_what_cannot_be_read_is_told_and_nothing_is_written_over_it(
    store: SteadyTrackerStore, database: Path
) -> None:
    await turn(store, "第一问", SlotSet("memory", 1))
    safe = FailSafeTrackerStore(store)
    failures = watch_failures()
    rename(database, "events", "gone")
    tracker = await safe.get_or_create_tracker("u1", append_action_listen=False)
    assert (failures, len(tracker.events)) == (["read"], 0)
    rename(database, "gone", "events")
    tracker.update(UserUttered("第二问"), DOMAIN)
    await safe.save(tracker)
    assert watch_failures() == []
    assert (await read(safe)).get_slot("memory") == 1
    assert [event.text for event in (await read(safe)).events if isinstance(event, UserUttered)] == ["第一问"]


async def test_what_cannot_be_written_is_told_and_not_kept_beside_the_database(
    store: SteadyTrackerStore, database: Path
) -> None:
    await turn(store, "第一问")
    safe = FailSafeTrackerStore(store)
    failures = watch_failures()
    tracker = await safe.get_or_create_tracker("u1", append_action_listen=False)
    tracker.update(UserUttered("第二问"), DOMAIN)
    rename(database, "events", "gone")
    await safe.save(tracker)
    assert failures == ["write"]
    assert list(await safe.fallback_tracker_store.keys()) == []


async def test_a_database_that_was_away_between_two_turns_costs_no_turn(
    store: SteadyTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await turn(store, "第一问")
    failures = watch_failures()
    disposed: list[bool] = []
    retrieve = SteadyTrackerStore._bounded

    async def cut(self: SteadyTrackerStore, sender: str) -> Any:
        if not disposed:
            raise_cut()
        return await retrieve(self, sender)

    monkeypatch.setattr(SteadyTrackerStore, "_bounded", cut)
    monkeypatch.setattr(type(store.engine), "dispose", lambda engine: disposed.append(True))
    assert len((await read(store)).events) == 2
    assert failures == []


def raise_cut() -> None:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("SELECT", {}, Exception("terminating connection"))


def rename(database: Path, old: str, new: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
    connection.close()


async def test_a_turn_does_not_wait_for_the_disk(store: SteadyTrackerStore, database: Path) -> None:
    await turn(store, "社保登记")
    with store.engine.connect() as kept:
        modes = [kept.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert modes == ["wal", 1]


async def test_the_connection_is_kept(store: SteadyTrackerStore) -> None:
    opened = []
    listen(store.engine, "connect", lambda *_: opened.append(1))
    for number in range(5):
        await turn(store, f"第{number}问")
    assert len(opened) <= 1


async def test_a_conversation_that_has_not_begun_is_not_written(store: SteadyTrackerStore) -> None:
    asked: list[str] = []
    listen(store.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: asked.append(statement))
    tracker = await store.get_or_create_tracker("u1", append_action_listen=False)
    asked.clear()
    await store.save(tracker)
    assert asked == []
