"""The off switch: citizens get the numbers to call, operators a record, and every edge hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from edge_client import Running
from fake_rasa import FakeRasa

from bot.edge.journal import Journal, JournalError
from bot.edge.switch import FRESH_S, Switch

pytestmark = pytest.mark.asyncio
NOTICE = "系统维护，预计下午两点恢复"


@pytest.fixture
def desk(database: Path) -> Switch:
    """The switch as an operator's command uses it."""
    return Switch(Journal(f"sqlite:///{database}"))


async def test_while_it_is_off_citizens_get_the_numbers_and_the_notice(
    running: Running, rasa: FakeRasa, desk: Switch, rows: Callable[[], list[dict[str, Any]]]
) -> None:
    await asyncio.to_thread(desk.put, False, "operator", NOTICE)
    async with running() as edge:
        response = await edge.say("社保卡丢了")
        opening = (await edge.client.get("/api/opening")).json()
        ready = await edge.client.get("/readyz")
    text, custom = response.json()
    assert "12333" in text["text"]
    assert "0631-5198106" in text["text"]
    assert custom["custom"]["act"] == "handoff"
    assert rasa.texts == []
    assert [(row["text"], row["state"], row["cause"]) for row in rows()] == [("社保卡丢了", "completed", "off")]
    assert opening["notice"] == NOTICE
    assert (ready.status_code, ready.json()["service"]) == (200, "off")


async def test_it_is_switched_back_on(running: Running, desk: Switch) -> None:
    await asyncio.to_thread(desk.put, False, "operator", NOTICE)
    await asyncio.to_thread(desk.put, True, "another", "")
    async with running() as edge:
        assert (await edge.outcome("社保卡丢了"))["act"] == "answer"
        assert (await edge.client.get("/api/opening")).json()["notice"] is None
    history = await asyncio.to_thread(desk.history)
    assert [(use.on, use.by, use.notice) for use in history] == [(True, "another", ""), (False, "operator", NOTICE)]


async def test_a_running_edge_hears_of_it_in_time(database: Path, desk: Switch) -> None:
    now = 100.0
    switch = Switch(Journal(f"sqlite:///{database}"), lambda: now)
    assert await switch.is_on()
    await asyncio.to_thread(desk.put, False, "operator", NOTICE)
    now += FRESH_S / 2
    assert await switch.is_on(), "it is not read for each message"
    now += FRESH_S / 2
    assert not await switch.is_on()
    assert await switch.notice() == NOTICE


async def test_a_switch_that_cannot_be_read_stays_where_it_was(
    database: Path, desk: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    await asyncio.to_thread(desk.put, False, "operator", NOTICE)
    journal = Journal(f"sqlite:///{database}")
    switch = Switch(journal, lambda: now)
    assert not await switch.is_on()

    def away(_query: Any) -> list[Any]:
        raise JournalError("away")

    monkeypatch.setattr(journal, "rows", away)
    now += FRESH_S
    assert not await switch.is_on()
