"""How tests talk to a running edge."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Edge:
    """A running edge and a client of it."""

    client: httpx.AsyncClient

    async def say(self, message: Any, sender: Any = "someone") -> httpx.Response:
        return await self.client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})

    async def outcome(self, message: str, sender: str = "someone") -> dict[str, Any]:
        """The one outcome of the reply, which must be one."""
        response = await self.say(message, sender)
        assert response.status_code == 200, response.text
        customs: list[dict[str, Any]] = [item["custom"] for item in response.json() if "custom" in item]
        assert len(customs) == 1
        return customs[0]


Running = Callable[..., AbstractAsyncContextManager[Edge]]
