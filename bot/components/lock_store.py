"""One turn at a time in a conversation, whichever Rasa takes it: a second line behind the edge's own order.

Rasa's own store in Redis issues tickets without a transaction, looks again only once a second, fails every turn while
Redis is gone, and keeps what a killed worker held for as long as any turn might last.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.meanwhile import meanwhile
from bot.shared import Gone, Shared

LEASE_MS = 6_000  # what a killed Rasa held is free again after this time
_RENEWED_S = 2.0
_GLANCE_S = 0.05
_TAKE = """
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1
"""
_GIVE_BACK = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1])"


class LeaseLockStore(LockStore):
    """Locks that have to be renewed, in the Redis at the endpoint's `url`; each Rasa's own while Redis is gone."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()
        self._shared = Shared(str(endpoint_config.url))
        self._here: dict[str, asyncio.Lock] = {}
        self._owing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_lifetime_and_wait: Any) -> AsyncIterator[None]:
        """Hold the conversation. Whoever waits is cut off by the end of its turn, not here."""
        here = self._here.setdefault(conversation_id, asyncio.Lock())
        try:
            async with here, self._held(f"rasa:{conversation_id}", secrets.token_hex(8)):
                yield
        finally:
            if not here.locked():
                self._here.pop(conversation_id, None)

    async def close(self) -> None:
        """Let go of all connections."""
        for task in self._owing:
            task.cancel()
        await self._shared.close()

    @asynccontextmanager
    async def _held(self, name: str, holder: str) -> AsyncIterator[None]:
        while not await self._take(name, holder):
            await asyncio.sleep(_GLANCE_S)
        try:
            async with meanwhile(self._renew(name, holder)):
                yield
        finally:
            if not await self._give_back(name, holder):
                task = asyncio.create_task(self._give_back_later(name, holder))
                self._owing.add(task)
                task.add_done_callback(self._owing.discard)

    async def _take(self, name: str, holder: str) -> bool:
        try:
            return bool(await self._shared.run(_TAKE, [name], [holder, LEASE_MS]))
        except Gone:
            return True

    async def _give_back(self, name: str, holder: str) -> bool:
        try:
            await self._shared.run(_GIVE_BACK, [name], [holder])
        except Gone:
            return False
        return True

    async def _give_back_later(self, name: str, holder: str) -> None:
        """A Redis that hung does, once it goes on, what it was asked meanwhile: the lock may be held by nobody."""
        while not await self._give_back(name, holder):
            await asyncio.sleep(_RENEWED_S / 2)

    async def _renew(self, name: str, holder: str) -> None:
        while True:
            await asyncio.sleep(_RENEWED_S)
            await self._take(name, holder)
