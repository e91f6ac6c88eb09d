"""Each process killed in the middle of load: what clients were told and what the journal says is the same, in order."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from stack import Stack

pytestmark = pytest.mark.stack

WIDGETS = 4
TALK = ("社会保障卡补领要什么材料", "在哪里办", "多久能办好", "咨询电话是多少", "要不要钱", "怎么办理")
AFTER = 5  # replies; the process is killed then, with messages of other widgets under way
PATIENCE_S = 3.0
AGAIN_S = 0.3
ALL_S = 150.0  # an edge that was killed is waited for: its last turn might still be answered


@pytest.fixture(scope="module")
def loaded(stack: Stack) -> Iterator[Stack]:
    """The assistant with an edge that soon gives up."""
    with stack.impatient("edge", PATIENCE_S):
        yield stack


@dataclass
class Widget:
    """One browser: says one thing after the other and sends each again until it has a reply."""

    client: httpx.AsyncClient
    name: str
    replied: asyncio.Queue[str]
    session: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)  # what was said, the act it came to
    headers: dict[str, str] = field(default_factory=dict)

    async def talk(self) -> None:
        token = (await self.client.post("/api/session")).json()["token"]
        self.session, self.headers = token.split(".")[1], {"Authorization": f"Bearer {token}"}
        for place, text in enumerate(TALK):
            reply = await self._say({"id": f"{self.name}-{place:04}", "text": text})
            self.told.append((text, reply["outcome"]["act"]))
            self.replied.put_nowait(text)

    async def _say(self, body: dict[str, str]) -> dict[str, Any]:
        while True:
            try:
                response = await self.client.post("/api/messages", json=body, headers=self.headers)
                response.raise_for_status()
                reply: dict[str, Any] = response.json()
                return reply
            except httpx.TransportError:
                await asyncio.sleep(AGAIN_S)

    async def history(self) -> list[tuple[str, str]]:
        exchanges = (await self.client.get("/api/session/history", headers=self.headers)).json()["exchanges"]
        return [(one["said"], one["outcome"]["act"]) for one in exchanges]


@pytest.mark.parametrize("name", ["actions", "rasa", "edge"])
async def test_every_message_has_one_outcome(loaded: Stack, name: str) -> None:
    replied: asyncio.Queue[str] = asyncio.Queue()
    async with httpx.AsyncClient(base_url=loaded.url, trust_env=False, timeout=60) as client:
        widgets = [Widget(client, f"{name}-{number:03}", replied) for number in range(WIDGETS)]
        async with asyncio.timeout(ALL_S), asyncio.TaskGroup() as group:
            for widget in widgets:
                group.create_task(widget.talk())
            for _ in range(AFTER):
                await replied.get()
            await asyncio.to_thread(kill, loaded, name)
        assert [await widget.history() for widget in widgets] == [widget.told for widget in widgets]
    for widget in widgets:
        assert [said for said, _act in widget.told] == list(TALK)
        rows = journal(loaded, widget.session)
        assert [(text, act) for text, state, act in rows if state == "completed"] == widget.told
        cut_off = [text for text, state, _act in rows if state != "completed"]
        assert name == "edge" or cut_off == [], "only a killed edge leaves a turn without an end"
    answered = [act for widget in widgets for _said, act in widget.told if act != "error"]
    print(f"{name} killed: {len(answered)} of {WIDGETS * len(TALK)} answered")
    assert len(answered) >= AFTER


def kill(stack: Stack, name: str) -> None:
    """End a process without warning and start it anew."""
    stack.end(name, signal.SIGKILL)
    stack.start(name, **({"turn_timeout_s": str(PATIENCE_S)} if name == "edge" else {}))
    stack.wait_ready()


def journal(stack: Stack, session: str) -> list[tuple[str, str, str | None]]:
    """What the journal says of one session, in its order: text, state, act."""
    with sqlite3.connect(stack.folder / "build" / "journal.db") as connection:
        rows = connection.execute("SELECT text, state, act FROM turns WHERE sender = ? ORDER BY id", [f"web:{session}"])
        found = [(str(text), str(state), act) for text, state, act in rows]
    connection.close()
    return found
