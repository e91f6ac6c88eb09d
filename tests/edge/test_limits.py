"""How often one may send: a conversation, and an address behind which conversations are made up."""

from __future__ import annotations

import asyncio
import time

import pytest
import redis
from edge_client import Running
from fake_rasa import FakeRasa
from redis_server import RedisServer

from bot.edge.limits import SendLimits, Window
from bot.settings import Settings
from bot.shared import Shared

pytestmark = pytest.mark.asyncio


async def test_a_conversation_that_sends_too_often_is_told_when_to_go_on(running: Running, rasa: FakeRasa) -> None:
    async with running(rate_limit="2/hour") as edge:
        codes = [(await edge.say("你好", "u1")).status_code for _ in range(3)]
        refused = await edge.say("你好", "u1")
        other = await edge.say("你好", "u2")
    assert codes == [200, 200, 429]
    assert refused.json()["error"]["code"] == "too_many"
    assert "12333" in refused.json()["error"]["remedy"]
    assert 3_500 <= int(refused.headers["Retry-After"]) <= 3_600
    assert other.status_code == 200
    assert len(rasa.received) == 3


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("203.0.113.7", [200, 200, 429]),
        ("2001:db8:1:2::7", [200, 200, 429]),
        ("127.0.0.1", [200, 200, 200]),
        ("::1", [200, 200, 200]),
    ],
)
async def test_made_up_conversations_share_the_limit_of_their_address(
    address: str, codes: list[int], running: Running
) -> None:
    async with running(address=address, address_rate_limit="2/hour") as edge:
        assert [(await edge.say("你好", f"u{n}")).status_code for n in range(3)] == codes


async def test_what_is_refused_is_not_counted_against_others(running: Running) -> None:
    async with running(address="203.0.113.7", rate_limit="1/hour", address_rate_limit="2/hour") as edge:
        codes = [(await edge.say("你好", sender)).status_code for sender in ("u1", "u1", "u1", "u2", "u3")]
    assert codes == [200, 429, 429, 200, 429]


async def test_ipv6_addresses_of_one_network_count_together() -> None:
    limits = SendLimits(Settings(address_rate_limit="1/hour"))
    assert await limits.wait_s("rest:u1", "2001:db8:1:2::7") == 0
    assert await limits.wait_s("rest:u2", "2001:db8:1:2:ffff::8") > 0
    assert await limits.wait_s("rest:u3", "2001:db8:1:3::7") == 0


async def test_the_page_and_health_have_no_limit(running: Running) -> None:
    async with running(address="203.0.113.7", address_rate_limit="1/hour") as edge:
        assert [(await edge.client.get(path)).status_code for path in ("/", "/healthz", "/readyz", "/")] == [200] * 4


class Clock:
    """A clock that a test winds."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_the_window_moves_with_the_clock() -> None:
    clock = Clock()
    limits = SendLimits(Settings(rate_limit="2/minute"), clock=clock)
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 0
    clock.now += 40
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 0
    clock.now += 10
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 10
    clock.now += 10
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 0
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 40


async def test_silent_conversations_are_forgotten() -> None:
    clock = Clock()
    window = Window("2/minute", clock)
    for number in range(1_000):
        window.add(f"u{number}")
    clock.now += 30
    window.add("awake")
    clock.now += 31
    window.add("late")
    assert len(window) == 2


@pytest.mark.parametrize(
    ("rate", "length_s"), [("1/second", 1), ("1/minute", 60), ("1/hour", 3_600), ("1/day", 86_400)]
)
async def test_every_unit_that_the_settings_allow_has_its_length(rate: str, length_s: int) -> None:
    window = Window(Settings.from_env({"GUIDEBOT_RATE_LIMIT": rate}).rate_limit, Clock())
    window.add("u1")
    assert window.wait_s("u1") == length_s


PUBLIC = "203.0.113.7"


@pytest.mark.parametrize(
    ("limit", "who"),
    [
        ("rate_limit", [("rest:u1", PUBLIC, "")] * 3),
        ("address_rate_limit", [(f"rest:u{number}", PUBLIC, "") for number in range(3)]),
        ("key_rate_limit", [(f"rest:hall:u{number}", f"203.0.113.{number}", "hall") for number in range(3)]),
    ],
)
async def test_edges_that_share_redis_count_together(
    limit: str, who: list[tuple[str, str, str]], redis_url: str
) -> None:
    redis.Redis.from_url(redis_url).flushdb()
    shared = Shared(redis_url)
    edges = [SendLimits(Settings(**{limit: "2/hour"}), shared) for _ in range(3)]  # type: ignore[arg-type]
    waits = [await edge.wait_s(*one) for edge, one in zip(edges, who, strict=True)]
    assert waits[:2] == [0, 0]
    assert 3_590 <= waits[2] <= 3_600
    assert await edges[0].wait_s("rest:other", "198.51.100.1") == 0
    names = [name.decode() for name in redis.Redis.from_url(redis_url).keys("*")]
    assert not any(PUBLIC in name or "u1" in name for name in names), "nobody is named there"
    await shared.close()


async def test_the_shared_window_moves_too(redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushdb()
    shared = Shared(redis_url)
    limits = SendLimits(Settings(rate_limit="2/second"), shared)
    began = time.monotonic()
    for _ in range(6):
        while await limits.wait_s("rest:u1", "127.0.0.1"):
            await asyncio.sleep(0.02)
    assert 2.0 <= time.monotonic() - began < 3.5
    await shared.close()


async def test_times_that_a_clock_set_back_left_behind_keep_nobody_out(redis_url: str) -> None:
    server = redis.Redis.from_url(redis_url)
    server.flushdb()
    shared = Shared(redis_url)
    limits = SendLimits(Settings(rate_limit="1/minute"), shared)
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 0
    [name] = server.keys("*sent:*")
    server.lset(name, 0, int(1000 * time.time()) + 3_600_000)
    assert await limits.wait_s("rest:u1", "127.0.0.1") == 0
    assert await limits.wait_s("rest:u1", "127.0.0.1") > 0
    await shared.close()


async def test_without_redis_an_edge_counts_alone_and_is_not_held_up(redis_server: RedisServer) -> None:
    shared = Shared(redis_server.url)
    limits = SendLimits(Settings(rate_limit="2/hour"), shared)
    redis_server.stop()
    began = time.monotonic()
    waits = [await limits.wait_s("rest:alone", "127.0.0.1") for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert time.monotonic() - began < 1.0
    redis_server.start()
    await asyncio.sleep(1.1)
    assert await limits.wait_s("rest:alone", "127.0.0.1") == 0, "together again, where nothing was counted yet"
    await shared.close()
