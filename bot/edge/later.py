"""What could not be written is written as soon as it can be, in the order in which it came up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Self

import structlog
from starlette.concurrency import run_in_threadpool

from bot.edge.journal import JournalError
from bot.meanwhile import meanwhile

_EVERY_S = 0.5
_MOST = 20_000  # a few minutes of a full database: who was answered meanwhile is not forgotten

log = structlog.get_logger("edge")
Write = Callable[[], None]


class Later:
    """Writes that raised JournalError, tried again until they do not."""

    def __init__(self) -> None:
        self._owed: deque[Write] = deque()

    async def now_or_later(self, write: Write) -> JournalError | None:
        """Write; the error where that has to wait."""
        try:
            await run_in_threadpool(write)
        except JournalError as error:
            if len(self._owed) < _MOST:
                self._owed.append(write)
            else:
                log.error("write_given_up", error=str(error))
            return error
        return None

    @asynccontextmanager
    async def caught_up(self) -> AsyncIterator[Self]:
        """Catch up meanwhile, and a last time at the end."""
        try:
            async with meanwhile(self._keep_up()):
                yield self
        finally:
            await self._catch_up()
            if self._owed:
                log.error("writes_lost", count=len(self._owed))

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await self._catch_up()

    async def _catch_up(self) -> None:
        with suppress(JournalError):
            while self._owed:
                await run_in_threadpool(self._owed[0])
                self._owed.popleft()
