"""Ways to break one thing of the cluster in the middle of load, and to mend it again."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import clocks
import httpx
import pytest
from load import REST
from sqlalchemy import create_engine, text

from bot.cluster.cluster import Cluster
from bot.learn.release.store import Releases

Break = Callable[[Cluster], Awaitable[None]]


def killed(name: str, back_s: float = 1.0) -> Break:
    """Killed without warning, and started again a while later."""

    async def do(cluster: Cluster) -> None:
        await asyncio.to_thread(cluster.end, name, signal.SIGKILL)
        await asyncio.sleep(back_s)
        cluster.start(name)
        await asyncio.to_thread(cluster.wait_ready, name)

    return do


def hanging(*names: str, for_s: float) -> Break:
    """Alive, and answering nothing."""

    async def do(cluster: Cluster) -> None:
        for name in names:
            cluster.send(name, signal.SIGSTOP)
        try:
            await asyncio.sleep(for_s)
        finally:
            for name in names:
                cluster.send(name, signal.SIGCONT)

    return do


async def no_actions(cluster: Cluster) -> None:
    names = ("actions-1", "actions-2")
    for name in names:
        await asyncio.to_thread(cluster.end, name, signal.SIGKILL)
    await asyncio.sleep(4)
    for name in names:
        cluster.start(name)
    await asyncio.to_thread(cluster.wait_ready, *names)


async def postgres_restarted(cluster: Cluster) -> None:
    await asyncio.to_thread(cluster.end, "postgres")
    await asyncio.sleep(1)
    cluster.start("postgres")
    await asyncio.to_thread(cluster.wait_ready, "postgres")


async def locked(cluster: Cluster) -> None:
    """Somebody repairs the journal's table and takes eight seconds over it."""
    async with statement(cluster, "LOCK TABLE turns IN ACCESS EXCLUSIVE MODE"):
        await asyncio.sleep(8)


async def read_only(cluster: Cluster) -> None:
    """What providers do to a database whose disk is full."""
    for value in ("on", "off"):
        async with statement(cluster, f"ALTER SYSTEM SET default_transaction_read_only = {value}", alone=True):
            pass
        async with statement(cluster, "SELECT pg_reload_conf()"):
            await asyncio.sleep(5 if value == "on" else 0)


async def reloading(cluster: Cluster) -> None:
    """Another release is promoted, and soon rolled back: every Rasa loads two models."""
    releases = Releases(cluster.home / "build" / "releases")
    live = releases.current()
    [other] = [one for one in releases.all() if live is None or one.id != live.id]
    releases.promote(other, "test")
    await all_speak_as(cluster, "乙")
    releases.rollback("test")
    await all_speak_as(cluster, "甲")


async def all_speak_as(cluster: Cluster, words: str) -> None:
    """Return once each Rasa answers in the words of one release."""
    headers = {"Authorization": f"Bearer {cluster.environ['GUIDEBOT_INTERNAL_KEY']}"}
    async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as client, asyncio.timeout(300):
        for name in ("rasa-1", "rasa-2"):
            said = ""
            while f"【{words}】" not in said:
                body = {"sender": f"words-{time.monotonic_ns()}", "message": "社会保障卡补领在哪里办"}
                response = await client.post(cluster.root(name) + REST, json=body)
                said = str(response.json()) if response.status_code == httpx.codes.OK else ""
                await asyncio.sleep(0.5)


def damaged(name: str, file: str) -> Break:
    """A process is started on a file that is not what it was: it ends with a sentence, and the other one serves."""

    async def do(cluster: Cluster) -> None:
        home = await asyncio.to_thread(_damaged_home, cluster, file)
        await asyncio.to_thread(cluster.end, name, signal.SIGKILL)
        cluster.start(name, cwd=home)
        process = cluster.processes[name]
        assert await asyncio.to_thread(process.wait, 60) != 0
        assert file.rpartition("/")[2].partition(".")[0] in cluster.tail(name)
        cluster.start(name)
        await asyncio.to_thread(cluster.wait_ready, name)

    return do


def _damaged_home(cluster: Cluster, file: str) -> Path:
    """A view of the project without releases, in which one file has a byte changed."""
    home = cluster.folder / f"damaged-{file.partition('/')[0]}"
    shutil.copytree(cluster.home, home, symlinks=True, ignore=shutil.ignore_patterns("releases", "*.tar.gz"))
    part = Path(file).parts[0]
    source = (home / part).resolve()
    (home / part).unlink()
    shutil.copytree(source, home / part)
    content = bytearray((home / file).read_bytes())
    content[len(content) // 2] ^= 1
    (home / file).write_bytes(content)
    return home


async def clock_jumps(cluster: Cluster) -> None:
    """One machine's clock goes wrong by an hour, forward and back, while the others' stay."""
    if clocks.library() is None:
        pytest.skip("no libfaketime on this machine: scripts/cluster.sh installs Debian's")
    file = cluster.folder / "clock"
    plain = cluster.environ
    names = ("edge-1", "rasa-1", "actions-1")
    try:
        cluster.environ = {**plain, **clocks.environment(file)}
        for name in names:
            await asyncio.to_thread(cluster.end, name)
            cluster.start(name)
        await asyncio.to_thread(cluster.wait_ready, *names)
        for offset in ("+3600s", "-3600s", "+0"):
            clocks.set_clock(file, offset)
            await asyncio.sleep(4)
    finally:
        cluster.environ = plain
    for name in names:
        await asyncio.to_thread(cluster.end, name)
        cluster.start(name)
    await asyncio.to_thread(cluster.wait_ready, *names)


@asynccontextmanager
async def statement(cluster: Cluster, sql: str, alone: bool = False) -> AsyncIterator[None]:
    """A statement in a transaction of its own, or without one, open meanwhile."""
    engine = create_engine(cluster.postgres.url("journal"), isolation_level="AUTOCOMMIT" if alone else "READ COMMITTED")
    connection = await asyncio.to_thread(engine.connect)
    try:
        await asyncio.to_thread(connection.execute, text(sql))
        yield
    finally:
        await asyncio.to_thread(connection.close)
        engine.dispose()
