"""What the journal could not take is there once it can, in order, and nothing was said twice."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from edge_client import Running
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse, Response

from bot.edge import journal as journal_module
from bot.edge.journal import JournalError
from bot.edge.later import Later

pytestmark = pytest.mark.asyncio
Rows = Callable[[], list[dict[str, Any]]]


async def test_writes_wait_in_order_until_they_can_be_made() -> None:
    written: list[int] = []
    full = True

    def write(number: int) -> Callable[[], None]:
        def now() -> None:
            if full:
                raise JournalError("full")
            written.append(number)

        return now

    async with Later().caught_up() as later:
        for number in range(3):
            assert await later.now_or_later(write(number)) is not None
        full = False
        deadline = time.monotonic() + 5
        while len(written) < 3 and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        assert await later.now_or_later(write(3)) is None
    assert written == [0, 1, 2, 3]


async def test_an_outcome_that_meets_a_lock_is_written_once_it_is_gone(
    running: Running, rasa: FakeRasa, rows: Rows, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_WAIT_S", 0.2)
    blocking: list[sqlite3.Connection] = []

    def block(_body: dict[str, Any]) -> Response:
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        blocking.append(connection)
        return JSONResponse(said())

    rasa.answer = block
    async with running() as edge:
        assert (await edge.outcome("社保卡丢了"))["act"] == "answer"
        blocking[0].execute("ROLLBACK")
        blocking[0].close()
        deadline = time.monotonic() + 5
        while rows()[0]["state"] != "completed" and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
    [row] = rows()
    assert (row["state"], row["act"]) == ("completed", "answer")


async def test_a_journal_that_is_no_database_any_more_can_be_replaced_while_the_edge_runs(
    running: Running, rows: Rows, database: Path
) -> None:
    async with running() as edge:
        await edge.outcome("一")
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with database.open("r+b") as file:
            file.write(b"no database " * 2000)
        assert (await edge.outcome("二"))["act"] == "error"
        for path in database.parent.glob("journal.db*"):
            path.rename(path.with_name(f"aside-{path.name}"))
        assert (await edge.outcome("三"))["act"] == "answer"
    assert [row["text"] for row in rows()] == ["三"]
