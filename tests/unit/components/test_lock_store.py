"""Rasa's lock on a conversation: held by one at a time, soon free of a killed holder, no obstacle without Redis."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from redis_server import RedisServer

from bot.components import lock_store as module
from bot.components.lock_store import LeaseLockStore

pytestmark = pytest.mark.asyncio
Make = Callable[[], LeaseLockStore]


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Callable[[], LeaseLockStore]]:
    """Makes stores as Rasa makes them out of endpoints.yml."""
    made: list[LeaseLockStore] = []

    def make() -> LeaseLockStore:
        locks = LockStore.create(EndpointConfig(redis_url, type="bot.components.lock_store.LeaseLockStore"))
        assert isinstance(locks, LeaseLockStore)
        made.append(locks)
        return locks

    yield make
    for one in made:
        await one.close()


class Watch:
    under_way = at_once = 0

    async def turn(self, locks: LeaseLockStore, conversation: str, lasts_s: float = 0.02) -> None:
        async with locks.lock(conversation):
            self.under_way += 1
            self.at_once = max(self.at_once, self.under_way)
            await asyncio.sleep(lasts_s)
            self.under_way -= 1


async def test_two_workers_hold_a_conversation_one_at_a_time(store: Make) -> None:
    watch, one, two = Watch(), store(), store()
    await asyncio.gather(*(watch.turn(locks, "u1") for locks in (one, two) * 5))
    assert watch.at_once == 1
    await asyncio.gather(*(watch.turn(one, f"u{number}") for number in range(4)))
    assert watch.at_once == 4


async def test_a_long_turn_keeps_its_lock(store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE_MS", 500)
    monkeypatch.setattr(module, "_RENEWED_S", 0.1)
    watch = Watch()
    await asyncio.gather(*(watch.turn(store(), "long", 1.0) for _ in range(2)))
    assert watch.at_once == 1


async def test_what_a_killed_worker_held_is_soon_free(store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE_MS", 500)
    assert await store()._take("rasa:orphan", "killed")
    began = time.monotonic()
    await Watch().turn(store(), "orphan")
    assert 0.3 < time.monotonic() - began < 2.0


async def test_without_redis_each_worker_goes_on_with_its_own_locks(redis_server: RedisServer, store: Make) -> None:
    watch, locks = Watch(), store()
    await watch.turn(locks, "u1")
    redis_server.stop()
    try:
        began = time.monotonic()
        await asyncio.gather(*(watch.turn(locks, "u1") for _ in range(3)))
        assert watch.at_once == 1
        assert time.monotonic() - began < 1.0
    finally:
        redis_server.start()


async def test_a_lock_that_a_hanging_redis_gave_late_is_given_back(redis_server: RedisServer, store: Make) -> None:
    locks, watch = store(), Watch()
    await watch.turn(locks, "warm")
    redis_server.processes[-1].send_signal(signal.SIGSTOP)
    try:
        await watch.turn(locks, "late")
    finally:
        redis_server.processes[-1].send_signal(signal.SIGCONT)
    await asyncio.sleep(2.5)
    began = time.monotonic()
    await watch.turn(store(), "late")
    assert time.monotonic() - began < 1.0
