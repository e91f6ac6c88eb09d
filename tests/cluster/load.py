"""Citizens who keep talking while something breaks: over REST, through the widget's interface, and in bursts."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from record import Said, Talk

REST = "/webhooks/rest/webhook"
QUESTIONS = ("社会保障卡补领要什么材料", "在哪里办", "多久能办好", "咨询电话是多少", "要不要钱", "怎么办理")
PATIENCE_S = float(os.environ.get("CLUSTER_PATIENCE_S", "8"))  # of the processes; more where the machine is busy
PAUSE_S = 0.8
AGAIN_S = 0.3
GIVE_UP_S = 60.0 + PATIENCE_S
DRAIN_S = 60.0 + 5 * PATIENCE_S
BURST = 3


@dataclass
class Load:
    """Talks under way; `urls` are the doors that are used in turn."""

    client: httpx.AsyncClient
    urls: Sequence[str]
    talks: list[Talk] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def rest(self) -> None:
        """Say one thing after the other; what got no reply is not said again."""
        sender = f"load-{uuid.uuid4().hex}"
        talk = self._talk(Talk(f"rest:{sender}"))
        for text in self._texts():
            await self._say(talk.say(text), sender, text)
            await asyncio.sleep(PAUSE_S)

    async def burst(self) -> None:
        """Say several things at once, to all doors in turn."""
        sender = f"burst-{uuid.uuid4().hex}"
        talk = self._talk(Talk(f"rest:{sender}", ordered=False))
        texts = self._texts()
        for first in texts:
            several = [first, *itertools.islice(texts, BURST - 1)]
            async with asyncio.TaskGroup() as group:
                for place, text in enumerate(several):
                    group.create_task(self._say(talk.say(text), sender, text, place))
            await asyncio.sleep(2 * PAUSE_S)

    async def widget(self) -> None:
        """Say one thing after the other as the page does: each again under its id until there is a reply."""
        token = (await self.client.post(f"{self.urls[0]}/api/session")).json()["token"]
        talk = self._talk(Talk(f"web:{token.split('.')[1]}", retries=True))
        for number, text in enumerate(self._texts()):
            said = talk.say(text)
            body = {"id": f"load-{number:06}", "text": text}
            while said.act is None:
                headers = {"Authorization": f"Bearer {token}"}
                try:
                    response = await self.client.post(f"{self.urls[0]}/api/messages", json=body, headers=headers)
                    if response.status_code == httpx.codes.OK:
                        token = response.json()["token"]
                        said.act = response.json()["outcome"]["act"]
                except httpx.TransportError:
                    pass
                if said.act is None:
                    await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(PAUSE_S)

    async def _say(self, said: Said, sender: str, text: str, place: int = 0) -> None:
        url = self.urls[place % len(self.urls)]
        try:
            response = await self.client.post(url + REST, json={"sender": sender, "message": text})
            if response.status_code == httpx.codes.OK:
                [said.act] = [item["custom"]["act"] for item in response.json() if "custom" in item]
            else:
                said.cause = f"status {response.status_code}"
        except (httpx.TransportError, json.JSONDecodeError) as error:
            said.cause = type(error).__name__

    def _talk(self, talk: Talk) -> Talk:
        self.talks.append(talk)
        return talk

    def _texts(self) -> itertools.takewhile[str]:
        numbered = (f"{QUESTIONS[number % len(QUESTIONS)]} {number + 1}" for number in itertools.count())
        return itertools.takewhile(lambda _: not self.over.is_set(), numbered)


@asynccontextmanager
async def under_load(urls: Sequence[str], rest: int = 4, widgets: int = 2, bursts: int = 1) -> AsyncIterator[Load]:
    """Citizens who talk meanwhile; at the end all of them finish what they were saying."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(trust_env=False, timeout=GIVE_UP_S, limits=limits) as client:
        load = Load(client, urls)
        async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
            for way, count in ((load.rest, rest), (load.widget, widgets), (load.burst, bursts)):
                for _ in range(count):
                    group.create_task(way())
            try:
                yield load
            finally:
                load.over.set()
                limit.reschedule(asyncio.get_running_loop().time() + DRAIN_S)
