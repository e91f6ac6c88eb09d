"""The same for an edge with SQLite: its disk is full, its journal locked or torn, in the middle of load.

What is at stake is between the edge and its file, so Rasa is a double that speaks its protocol.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import books
import pytest
from fake_rasa import FakeRasa, serving
from load import under_load
from record import Row, compare
from results import recorded
from test_cluster_faults import AFTER_S, BEFORE_S, answered_again

from bot.cluster.cluster import PROJECT, answers, variables
from bot.learn.processes import end, free_ports

pytestmark = pytest.mark.cluster

SETUP = "一个 edge，SQLite，Rasa 用替身"
PROMISE = "记不下的不受理，给出热线；答过的补记"
FAULT_S = 6.0
PAGE = 4096


@dataclass(frozen=True)
class Single:
    """An edge in a process of its own, its journal and Rasa's double."""

    url: str
    pid: int
    journal: Path
    rasa: FakeRasa


@pytest.fixture(scope="module")
def single() -> Iterator[Single]:
    with tempfile.TemporaryDirectory(prefix="guidebot-single-") as name, serving() as rasa:
        (port,), folder = free_ports(1), Path(name)
        settings = {
            "rasa_url": rasa.url,
            "actions_url": rasa.url,
            "edge_port": str(port),
            "database_url": f"sqlite:///{folder}/journal.db",
            "secret": "the secret of these tests",
            "rate_limit": "100000/minute",
        }
        command = [sys.executable, "-m", "bot.edge.serve"]
        with (folder / "edge.log").open("wb") as log:
            environ = {**os.environ, **variables(settings)}
            process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            while not answers(f"{url}/readyz", {}):
                assert process.poll() is None, (folder / "edge.log").read_text()
                time.sleep(0.1)
            yield Single(url, process.pid, folder / "journal.db", rasa)
        finally:
            end(process)


def rows_of(path: Path) -> list[Row]:
    return books.turns(f"sqlite:///{path}")


async def disk_full(single: Single) -> list[Row]:
    """No file of the edge can grow, its log neither."""
    _, most = resource.prlimit(single.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(single.pid, resource.RLIMIT_FSIZE, (PAGE, most))
    try:
        await asyncio.sleep(FAULT_S)
    finally:
        resource.prlimit(single.pid, resource.RLIMIT_FSIZE, (most, most))
    return []


async def locked(single: Single) -> list[Row]:
    """Another program writes, and does not finish."""
    connection = sqlite3.connect(single.journal, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
        await asyncio.sleep(FAULT_S + 2)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
    return []


async def torn(single: Single) -> list[Row]:
    """The journal is overwritten; the operator then moves it aside. What it held until then is given back."""
    path, copy = single.journal, single.journal.with_name("copy.db")
    await asyncio.to_thread(_stop_between_writes, single)
    with sqlite3.connect(path) as connection, sqlite3.connect(copy) as target:
        connection.backup(target)
    connection.close()
    target.close()
    with path.open("r+b") as file:
        file.write(b"\x5a" * path.stat().st_size)
    os.kill(single.pid, signal.SIGCONT)
    await asyncio.sleep(FAULT_S)
    aside = path.with_name("aside")
    aside.mkdir()
    for one in (path, path.with_name("journal.db-wal"), path.with_name("journal.db-shm")):
        if one.exists():
            shutil.move(one, aside / one.name)
    return rows_of(copy)


def _stop_between_writes(single: Single) -> None:
    """Hold the edge at a moment at which all that it wrote is in the file itself."""
    while True:
        os.kill(single.pid, signal.SIGSTOP)
        connection = sqlite3.connect(single.journal, timeout=0.5)
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        if not busy:
            return
        os.kill(single.pid, signal.SIGCONT)
        time.sleep(0.05)


FAULTS = {
    "磁盘满 6 秒（SQLite）": disk_full,
    "日志被别的程序锁住 8 秒（SQLite）": locked,
    "日志文件坏了（SQLite）": torn,
}


@pytest.mark.parametrize(("name", "do"), FAULTS.items(), ids=FAULTS)
async def test_the_books_agree(single: Single, name: str, do: Callable[[Single], Awaitable[list[Row]]]) -> None:
    with recorded(name, SETUP, PROMISE) as result:
        async with under_load([single.url], rest=3, widgets=2) as load:
            await asyncio.sleep(BEFORE_S)
            earlier = await do(single)
            result.recovered_s = await answered_again(single.url)
            await asyncio.sleep(AFTER_S)
        await asyncio.sleep(1.5)
        heard: dict[str, list[str]] = {}
        for body in single.rasa.received:
            heard.setdefault(body["sender"], []).append(body["message"])
        verdict = compare(load.talks, earlier + rows_of(single.journal), heard)
        print(name, verdict)
        result.take(verdict)
        assert verdict.answered > 0
        assert verdict.refused > 0, "the fault was one"
        assert verdict.silent == 0
