"""The database's shape: made, brought up to date from an earlier version, and the same as the program's tables."""

from __future__ import annotations

import importlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import postgres
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from bot.edge import exchanges, schema
from bot.edge.exchanges import Exchanges, Verdict
from bot.edge.journal import Entry, Journal, metadata, turns
from bot.edge.retention import sweep
from bot.outcome import Act, Outcome
from bot.trace import Trace

OLD = """
CREATE TABLE turns (id INTEGER PRIMARY KEY, received_at DATETIME NOT NULL, channel VARCHAR(16) NOT NULL,
  sender VARCHAR(160) NOT NULL, text TEXT NOT NULL, masked VARCHAR(160) NOT NULL, state VARCHAR(16) NOT NULL,
  act VARCHAR(16), guide VARCHAR(16), section VARCHAR(32), slot VARCHAR(32), latency_ms INTEGER, cause VARCHAR(64),
  reply TEXT);
INSERT INTO turns VALUES (1, '2026-01-01 00:00:00', 'rest', 'rest:a', '社保卡丢了', '', 'completed',
  'fallback', NULL, NULL, NULL, 12, NULL, NULL);
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not postgres.is_installed():
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    found = str(request.getfixturevalue("server"))
    with create_engine(found, future=True).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return found


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    opened = Journal(url)
    yield opened
    opened.close()


def test_the_steps_make_what_the_program_uses(url: str) -> None:
    for name in ("edge.switch", "learn.tables", "console.accounts", "console.deeds", "console.jobs"):
        importlib.import_module(f"bot.{name}")
    engine = create_engine(url, future=True)
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_many_that_start_at_once_take_the_steps_once(url: str) -> None:
    errors: list[Exception] = []

    def start() -> None:
        journal = Journal(url)
        try:
            journal.check()
        except Exception as error:
            errors.append(error)
        finally:
            journal.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_database_of_the_first_version_keeps_its_rows(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.executescript(OLD)
    connection.close()
    journal = Journal(f"sqlite:///{tmp_path}/journal.db")
    [row] = journal.rows(turns.select())
    assert (row.text, row.act, row.candidates) == ("社保卡丢了", "fallback", None)
    journal.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.executescript(OLD + "CREATE TABLE decisions (id INTEGER);")  # in the way of the last statement
    connection.close()
    engine = create_engine(f"sqlite:///{tmp_path}/journal.db", future=True)
    with pytest.raises(Exception, match="already exists"):
        schema.upgrade(engine)
    engine.dispose()
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        assert [row[1] for row in connection.execute("PRAGMA table_info(turns)")][-1] == "reply"
    connection.close()


def test_how_a_turn_was_understood_is_kept(journal: Journal) -> None:
    turn = journal.receive(Entry("rest", "rest:a", "社保卡丢了"))
    trace = Trace.of({"g77": 0.81, "g79": 0.1}, 0.02, 0.01, "overview", "r1")
    journal.complete(turn, Outcome(Act.FALLBACK), 12, None, trace)
    [row] = journal.rows(turns.select())
    assert row.candidates == '{"g77": 0.81, "g79": 0.1}'
    assert (row.out_of_scope, row.topicless, row.intent, row.release) == (0.02, 0.01, "overview", "r1")


def test_what_is_older_than_its_days_goes_with_all_that_hangs_on_it(journal: Journal) -> None:
    kept, now = Exchanges(journal), datetime.now(UTC)
    for session in ("old", "new"):
        turn = journal.receive(Entry("web", f"web:{session}", "社保卡丢了"))
        kept.keep(session, "message-1", "社保卡丢了", turn, {})
        kept.judge(session, "message-1", Verdict("down"))
    past = now - timedelta(days=31)
    journal.write(
        turns.update().where(turns.c.sender == "web:old").values(received_at=past),
        exchanges.exchanges.update().where(exchanges.exchanges.c.session == "old").values(at=past),
        exchanges.feedback.update().where(exchanges.feedback.c.session == "old").values(at=past),
    )
    assert sweep(journal, 0) == 0
    assert sweep(journal, 30) == 1
    tables = (turns, exchanges.exchanges, exchanges.feedback)
    assert [len(journal.rows(table.select())) for table in tables] == [1, 1, 1]
    assert journal.rows(turns.select())[0].sender == "web:new"
