"""Something breaks in the middle of load; the journal and the clients' own record then say the same."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import books
import clocks
import httpx
import pytest
from load import PATIENCE_S, REST, under_load
from record import compare
from results import Result, recorded
from sqlalchemy import create_engine, text

from bot.cluster.cluster import Cluster
from bot.learn.release.store import Releases

pytestmark = pytest.mark.cluster

BEFORE_S = 2.0  # of undisturbed load
AFTER_S = 3.0
RECOVERY_S = 15 * PATIENCE_S
ACTION_S, TURN_S = PATIENCE_S / 3 + 4, PATIENCE_S + 4  # longer than anyone waits for one
SETUP = "2 edge, 2 rasa, 2 actions, PostgreSQL, Redis, nginx"

Break = Callable[[Cluster], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """`harmless`: everyone gets an answer all the same."""

    name: str
    do: Break
    promise: str
    harmless: bool = False
    edge_killed: bool = False
    kept_waiting: bool = True  # a reply came to everyone
    bursts_in_order: bool = True


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
    await asyncio.sleep(12)
    releases.rollback("test")
    await asyncio.sleep(12)


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


NO_START = "它不启动并说明原因"
HOTLINE = "没有答案的得到热线"
LONE = "照答；各 edge 各自排队、限速，同时发到两个 edge 的几句不保证先后"
FAULTS = [
    Fault("kill -9 edge-1", killed("edge-1"), "断线的那一句没有回复，组件自动重发；别的照答", edge_killed=True),
    Fault("kill -9 rasa-1", killed("rasa-1"), f"正在答的那几句{HOTLINE}，另一个 rasa 接着答"),
    Fault("kill -9 actions-1", killed("actions-1"), "另一个 actions 重做，群众无感", harmless=True),
    Fault("两个 actions 都没了", no_actions, f"{HOTLINE}，话都记下"),
    Fault("actions-1 卡住", hanging("actions-1", for_s=ACTION_S), "慢几秒，另一个 actions 重做", harmless=True),
    Fault("rasa-1 卡住", hanging("rasa-1", for_s=TURN_S), f"它手上的几句{HOTLINE}，另一个 rasa 接着答"),
    Fault("kill -9 redis，6 秒后恢复", killed("redis", 6), LONE, harmless=True, bursts_in_order=False),
    Fault("redis 卡住 6 秒", hanging("redis", for_s=6), LONE, harmless=True, bursts_in_order=False),
    Fault("PostgreSQL 重启", postgres_restarted, "记不下的不受理，给出热线；答过的补记"),
    Fault("kill -9 PostgreSQL", killed("postgres"), "记不下的不受理，给出热线；答过的补记"),
    Fault("日志表被锁 8 秒", locked, "记不下的不受理，给出热线；答过的补记"),
    Fault("数据库变成只读（磁盘满）5 秒", read_only, "记不下的不受理，给出热线；答过的补记"),
    Fault("换发布版再换回，rasa 两次重新加载", reloading, f"加载的几秒里等着；等过了时限、{HOTLINE}"),
    Fault("actions-2 的索引坏了一个字节", damaged("actions-2", "index/build/ranker.npz"), NO_START, harmless=True),
    Fault("rasa-2 的模型坏了一个字节", damaged("rasa-2", "models/guidebot.tar.gz"), f"{NO_START}；正在答的{HOTLINE}"),
    Fault("一台机器的时钟前后跳一小时", clock_jumps, f"照答；换进程时正在答的{HOTLINE}"),
    Fault("kill -9 nginx", killed("nginx"), "断线的没有回复，组件自动重发", kept_waiting=False),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"fault{number:02}" for number in range(1, len(FAULTS) + 1)])
async def test_the_books_agree(cluster: Cluster, fault: Fault) -> None:
    with recorded(fault.name, SETUP, fault.promise) as result:
        async with under_load([cluster.url]) as load:
            await asyncio.sleep(BEFORE_S)
            await fault.do(cluster)
            result.recovered_s = await answered_again(cluster.url)
            await asyncio.sleep(AFTER_S)
        await asyncio.sleep(1.5)  # what had to wait to be written is
        rows = await asyncio.to_thread(books.turns, cluster.postgres.url("journal"))
        heard = await asyncio.to_thread(books.heard, cluster.postgres.url("tracker"))
        check(result, fault, load.talks, rows, heard)


def check(result: Result, fault: Fault, talks: list, rows: list, heard: dict) -> None:  # type: ignore[type-arg]
    verdict = compare(talks, rows, heard, fault.edge_killed, fault.bursts_in_order)
    print(fault.name, verdict)
    result.take(verdict)
    assert verdict.answered > 0
    if fault.harmless:
        assert (verdict.sorry, verdict.refused, verdict.silent) == (0, 0, 0)
    if not fault.edge_killed and fault.kept_waiting:
        assert verdict.silent == 0, "everyone was told something"


async def answered_again(url: str) -> float:
    """Seconds until a new conversation has an answer."""
    began = time.monotonic()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        while True:
            sender = f"again-{time.monotonic_ns()}"
            try:
                response = await client.post(url + REST, json={"sender": sender, "message": "社会保障卡补领在哪里办"})
                if '"act":"answer"' in response.text:
                    return round(time.monotonic() - began, 1)
            except httpx.TransportError:
                pass
            assert time.monotonic() - began < RECOVERY_S
            await asyncio.sleep(0.5)


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
