"""Something breaks in the middle of load; the journal and the clients' own record then say the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import books
import httpx
import pytest
from breaks import (
    Break,
    clock_jumps,
    damaged,
    hanging,
    killed,
    locked,
    no_actions,
    postgres_restarted,
    read_only,
    reloading,
)
from load import PATIENCE_S, REST, under_load
from record import Row, Talk, compare
from results import Result, recorded

from bot.cluster.cluster import Cluster

pytestmark = pytest.mark.cluster

BEFORE_S = 2.0  # of undisturbed load
AFTER_S = 3.0
RECOVERY_S = 15 * PATIENCE_S
ACTION_S, TURN_S = PATIENCE_S / 3 + 4, PATIENCE_S + 4  # longer than anyone waits for one
SETUP = "2 edge, 2 rasa, 2 actions, PostgreSQL, Redis, nginx"


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


def check(result: Result, fault: Fault, talks: list[Talk], rows: list[Row], heard: dict[str, list[str]]) -> None:
    """Keep what was found; AssertionError where it is not what the fault promises."""
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
