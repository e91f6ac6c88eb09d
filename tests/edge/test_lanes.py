"""One conversation's turns never overlap nor overtake each other, whichever edge they come to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from edge_client import Running
from fake_rasa import FakeRasa, said
from redis_server import RedisServer
from starlette.responses import JSONResponse, Response

from bot.edge import lanes as lanes_module
from bot.edge.lanes import Crowded, Lanes
from bot.shared import Shared

pytestmark = pytest.mark.asyncio

TURN_S = 1.0


class Record:
    """What two edges did: who was let into the door, who had a turn, how many had one at once at most."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.taken: list[str] = []
        self.under_way = 0
        self.at_once = 0

    async def turn(self, lanes: Lanes, conversation: str, name: str, lasts_s: float = 0.005) -> None:
        async with lanes.place(conversation) as place:
            async with place.door():
                await asyncio.sleep(0.001)
                self.written.append(name)
            await place.first()
            self.under_way += 1
            self.at_once = max(self.at_once, self.under_way)
            self.taken.append(name)
            await asyncio.sleep(lasts_s)
            self.under_way -= 1


@asynccontextmanager
async def edge(url: str | None) -> AsyncIterator[Lanes]:
    shared = Shared(url) if url else None
    async with Lanes(shared, TURN_S).renewed() as lanes:
        yield lanes
    if shared:
        await shared.close()


async def test_one_edge_takes_turns_as_they_came() -> None:
    record = Record()
    async with edge(None) as alone, asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(record.turn(alone, "u1", str(number)))
    assert record.taken == record.written == [str(number) for number in range(20)]
    assert record.at_once == 1


async def test_other_conversations_do_not_wait() -> None:
    record = Record()
    async with edge(None) as alone, asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(record.turn(alone, f"u{number}", str(number), 0.05))
    assert record.at_once == 5


async def test_two_edges_take_turns_in_the_order_in_which_they_were_written_down(redis_url: str) -> None:
    record = Record()
    async with edge(redis_url) as one, edge(redis_url) as two, asyncio.TaskGroup() as group:
        for number in range(40):
            group.create_task(record.turn((one, two)[number % 2], "burst", str(number)))
    assert len(record.written) == 40
    assert record.taken == record.written
    assert record.at_once == 1


async def test_an_edge_that_died_is_passed_over(redis_url: str) -> None:
    """Its last sign of life is a turn's length old then: what it began is over."""
    record = Record()
    shared = Shared(redis_url)
    dead = Lanes(shared, TURN_S)  # never renewed
    assert await dead.look("lane:orphan", f"{dead._edge}:0")
    async with edge(redis_url) as other:
        began = asyncio.get_running_loop().time()
        await record.turn(other, "orphan", "next")
        assert TURN_S < asyncio.get_running_loop().time() - began < 3 * TURN_S + 2
    await shared.close()


async def test_an_edge_that_only_takes_long_is_waited_for(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "_MARGIN_S", 0.5)
    monkeypatch.setattr(lanes_module, "_RENEWED_S", 0.2)
    record = Record()
    async with edge(redis_url) as one, edge(redis_url) as two, asyncio.TaskGroup() as group:
        group.create_task(record.turn(one, "long", "first", 3.0))
        await asyncio.sleep(0.1)
        group.create_task(record.turn(two, "long", "second"))
    assert record.at_once == 1


async def test_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "PATIENCE_S", 0.1)
    record = Record()
    async with edge(None) as alone:
        slow = asyncio.create_task(record.turn(alone, "u1", "slow", 0.5))
        await asyncio.sleep(0.01)
        with pytest.raises(Crowded):
            await record.turn(alone, "u1", "next")
        assert record.written == ["slow", "next"], "written down all the same"
        await slow
        await record.turn(alone, "u1", "later")
    assert record.taken == ["slow", "later"]


async def test_without_redis_each_edge_keeps_its_own_order_and_with_it_all_do_again(redis_server: RedisServer) -> None:
    record = Record()
    async with edge(redis_server.url) as one, edge(redis_server.url) as two:
        async with asyncio.TaskGroup() as group:
            group.create_task(record.turn(one, "u1", "0", 0.3))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(redis_server.stop)
            for number in range(1, 6):
                group.create_task(record.turn(one, "u1", str(number)))
        assert record.taken == record.written == [str(number) for number in range(6)]
        assert record.at_once == 1
        await asyncio.to_thread(redis_server.start)
        await asyncio.sleep(3.5)  # what was owed is paid, and Redis is asked again
        both = Record()
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(both.turn((one, two)[number % 2], "u1", str(number)))
        assert both.taken == both.written
        assert both.at_once == 1


async def test_messages_that_overlap_reach_rasa_one_by_one_in_the_journal_s_order(
    running: Running, rasa: FakeRasa, rows: Callable[[], list[dict[str, Any]]]
) -> None:
    open_at: list[list[str]] = []

    def answer(_body: dict[str, Any]) -> Response:
        open_at.append([row["text"] for row in rows() if row["state"] == "received"])
        return JSONResponse(said())

    rasa.answer = answer
    async with running() as one:
        await asyncio.gather(*(one.say(f"第{number}句", "u1") for number in range(8)))
    written = [row["text"] for row in rows()]
    assert len(written) == 8
    assert rasa.texts == written
    assert [waiting[0] for waiting in open_at] == written, "each was asked once all before it were done"


async def test_a_failed_turn_makes_room_for_the_next(running: Running, rasa: FakeRasa) -> None:
    rasa.hangs = True
    async with running(turn_timeout_s=0.3) as one:
        outcomes = await asyncio.gather(one.outcome("一", "u1"), one.outcome("二", "u1"))
    assert [outcome["act"] for outcome in outcomes] == ["error", "error"]
    assert rasa.texts == ["一", "二"]
