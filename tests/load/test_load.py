"""Two hundred widgets at once against one machine: every message gets its own answer, none lost, none taken twice."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from dataclasses import dataclass

import httpx
import pytest
from stack import Stack

pytestmark = pytest.mark.stack

WIDGETS = 200
TALK = ("社会保障卡补领要什么材料", "在哪里办")
OURS = "sender IN (SELECT 'web:' || session FROM exchanges WHERE message LIKE 'load-%')"
PATIENCE_S = 80.0
GIVE_UP_S = 45.0  # the widget's own patience with one request
SHORT_S = 0.5  # every other widget loses its first reply this soon, as on a bad network, and sends again


@dataclass
class Widget:
    """One browser's session, with the widget's protocol."""

    client: httpx.AsyncClient
    number: int
    token: str = ""

    async def talk(self) -> list[dict[str, object]]:
        """Say everything, one after the other, as the widget does; the replies."""
        self.token = (await self.client.post("/api/session")).json()["token"]
        return [await self._say(f"load-{self.number:04}-{place}", text) for place, text in enumerate(TALK)]

    async def _say(self, message: str, text: str) -> dict[str, object]:
        patience = SHORT_S if self.number % 2 else GIVE_UP_S
        while True:
            try:
                body = {"id": message, "text": text}
                response = await self.client.post("/api/messages", json=body, headers=self._headers, timeout=patience)
                response.raise_for_status()
                reply: dict[str, object] = response.json()
                return reply
            except httpx.TransportError:
                patience = GIVE_UP_S

    async def history(self) -> list[tuple[str, str]]:
        """What the service says was said, with the guide that each was answered from."""
        exchanges = (await self.client.get("/api/session/history", headers=self._headers)).json()["exchanges"]
        return [(one["said"], (one["outcome"] or {}).get("section")) for one in exchanges]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def test_no_message_is_lost_or_doubled(stack: Stack) -> None:
    stack.conversation().say(TALK[0])
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=stack.url, limits=limits, trust_env=False, timeout=GIVE_UP_S) as client:
        widgets = [Widget(client, number) for number in range(WIDGETS)]
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_S):
            replies = await asyncio.gather(*(widget.talk() for widget in widgets))
        took_s = time.monotonic() - began
        histories = await asyncio.gather(*(widget.history() for widget in widgets))
    report(stack, took_s)
    assert [[one["outcome"]["act"] for one in talk] for talk in replies] == [["answer"] * len(TALK)] * WIDGETS  # type: ignore[index]
    assert histories == [[(TALK[0], "materials"), (TALK[1], "location")]] * WIDGETS
    with sqlite3.connect(stack.folder / "build" / "journal.db") as connection:
        taken = connection.execute(f"SELECT count(*) FROM turns WHERE state = 'completed' AND {OURS}").fetchone()
    connection.close()
    assert taken == (WIDGETS * len(TALK),)


def report(stack: Stack, took_s: float) -> None:
    """Print what it took."""
    with sqlite3.connect(stack.folder / "build" / "journal.db") as connection:
        rows = connection.execute(f"SELECT latency_ms, act FROM turns WHERE {OURS}").fetchall()
    connection.close()
    times = sorted(latency for latency, _act in rows if latency is not None)
    acts = {act: sum(one == act for _latency, one in rows) for act in {act for _latency, act in rows}}
    print(f"{len(rows)} turns in {took_s:.1f} s: median {statistics.median(times)} ms, most {times[-1]} ms, {acts}")
