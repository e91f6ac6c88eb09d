"""The same for one machine with SQLite: its disk is full, its journal locked or torn, in the middle of load."""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import books
import pytest
from load import PATIENCE_S, under_load
from record import Row, compare
from results import recorded
from stack import NotStarted, Stack, running_stack
from test_cluster_faults import AFTER_S, BEFORE_S, answered_again

pytestmark = pytest.mark.cluster

SETUP = "edge、rasa、actions 各一个，SQLite"
PROMISE = "记不下的不受理，给出热线；答过的补记"
FAULT_S = 6.0
PAGE = 4096


@pytest.fixture(scope="module")
def single() -> Iterator[Stack]:
    """One of each process, the journal in a file."""
    with tempfile.TemporaryDirectory(prefix="guidebot-single-") as folder:
        try:
            with running_stack(Path(folder), turn_timeout_s=str(PATIENCE_S), rate_limit="100000/minute") as running:
                yield running
        except NotStarted as problem:
            pytest.fail(str(problem), pytrace=False)


def journal(stack: Stack) -> Path:
    return stack.folder / "build" / "journal.db"


def rows_of(path: Path) -> list[Row]:
    return books.turns(f"sqlite:///{path}")


async def disk_full(stack: Stack) -> list[Row]:
    """No file of the edge can grow, its log neither."""
    edge = stack.pids["edge"]
    _, most = resource.prlimit(edge, resource.RLIMIT_FSIZE)
    resource.prlimit(edge, resource.RLIMIT_FSIZE, (PAGE, most))
    try:
        await asyncio.sleep(FAULT_S)
    finally:
        resource.prlimit(edge, resource.RLIMIT_FSIZE, (most, most))
    return []


async def locked(stack: Stack) -> list[Row]:
    """Another program writes, and does not finish."""
    connection = sqlite3.connect(journal(stack), timeout=30, isolation_level=None)
    try:
        await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
        await asyncio.sleep(FAULT_S + 2)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
    return []


async def torn(stack: Stack) -> list[Row]:
    """Pages of the journal are overwritten; the operator then moves it aside. What it held until then is given back."""
    path, copy = journal(stack), stack.folder / "copy.db"
    with sqlite3.connect(path) as connection, sqlite3.connect(copy) as target:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.backup(target)
    connection.close()
    target.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\x5a" * (size - PAGE))
    await asyncio.sleep(FAULT_S)
    aside = stack.folder / "aside"
    aside.mkdir()
    for one in (path, path.with_name("journal.db-wal"), path.with_name("journal.db-shm")):
        if one.exists():
            shutil.move(one, aside / one.name)
    return rows_of(copy)


FAULTS = {
    "磁盘满 6 秒（SQLite）": disk_full,
    "日志被别的程序锁住 8 秒（SQLite）": locked,
    "日志文件坏了几页（SQLite）": torn,
}


@pytest.mark.parametrize(("name", "do"), FAULTS.items(), ids=FAULTS)
async def test_the_books_agree(single: Stack, name: str, do: Callable[[Stack], Awaitable[list[Row]]]) -> None:
    with recorded(name, SETUP, PROMISE) as result:
        async with under_load([single.url], rest=3, widgets=2) as load:
            await asyncio.sleep(BEFORE_S)
            earlier = await do(single)
            result.recovered_s = await answered_again(single.url)
            await asyncio.sleep(AFTER_S)
        await asyncio.sleep(1.5)
        heard = books.heard(f"sqlite:///{single.folder}/build/tracker.db")
        verdict = compare(load.talks, earlier + rows_of(journal(single)), heard, edge_killed=False)
        print(name, verdict)
        result.take(verdict)
        assert verdict.answered > 0
        assert verdict.refused > 0, "the fault was one"
        assert verdict.silent == 0
