"""A person's browser at the console in process, and what is waiting to be reviewed there."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import httpx

from bot.learn.mine.cluster import cluster_id

KEY = "the internal key of these tests"
PASSWORD = "correct horse battery"
CARDS = ("锅炉房的口令条", "口令条补一张要什么材料", "口令条找不见了", "口令条多少钱")
TALK = ("你会下棋吗", "陪我下盘棋", "来盘五子棋")
CARD, TALKING = cluster_id(CARDS[0]), cluster_id(TALK[0])


@dataclass
class Browser:
    """What a person does with the pages: cookies kept, redirects followed by hand, forms sent with their tokens."""

    client: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def send(self, page: str, action: str, **fields: Any) -> httpx.Response:
        """Open a page and send a form from it, with the page's token unless another is given."""
        shown = await self.client.get(page)
        tokens = re.findall(r'name="token" value="([^"]+)"', shown.text)
        return await self.client.post(action, data={"token": tokens[0] if tokens else "", **fields})

    async def sign_in(self, name: str, password: str = PASSWORD, **fields: Any) -> httpx.Response:
        return await self.send("/console/sign-in", "/console/sign-in", name=name, password=password, **fields)

    async def notes(self, page: str = "/console/review") -> str:
        """What the next page tells."""
        text = (await self.client.get(page)).text
        return html.unescape("".join(re.findall(r'<ul class="notes".*?</ul>', text, re.DOTALL)))
