"""What several processes share in Redis, by small scripts that run whole; and that Redis may be gone at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError

PREFIX = "guidebot:"
_CONNECT_S = 0.5
_ANSWER_S = 0.5  # a Redis that hangs holds up a few requests for so long, all others not at all
_LEFT_ALONE_S = 1.0  # after a failure; then one request tries again while the others go on without

log = structlog.get_logger("shared")
Clock = Callable[[], float]


class Gone(Exception):
    """Redis cannot be asked now. Whoever asked goes on with what its own process knows."""


class Unasked(Gone):
    """It was not even tried: it failed a moment ago."""


class Shared:
    """The Redis at `url`. Connects on first use; while it is gone, all but one request a second learn so at once.

    Scripts may run twice where a connection breaks, so they must bear that.
    """

    def __init__(self, url: str, clock: Clock = time.monotonic) -> None:
        self._redis: Any = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=_CONNECT_S,
            socket_timeout=_ANSWER_S,
            retry=Retry(NoBackoff(), 1),  # a kept connection may be of before Redis was started again
            retry_on_error=[ConnectionError],
        )
        self._scripts: dict[str, Any] = {}
        self._clock = clock
        self._gone = False
        self._again_at = 0.0

    async def answers(self) -> bool:
        """Whether Redis can be asked now."""
        try:
            return bool(await self.run("return 1", [], []))
        except Gone:
            return False

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """What a Lua script returns; `keys` get the project's prefix. Gone where Redis does not answer in time."""
        if self._gone:
            if self._clock() < self._again_at:
                raise Unasked
            self._leave_alone(_CONNECT_S + _ANSWER_S)
        if script not in self._scripts:
            self._scripts[script] = self._redis.register_script(script)
        try:
            result = await self._scripts[script](keys=[PREFIX + key for key in keys], args=list(arguments))
        except (RedisError, OSError, TimeoutError) as error:
            self._leave_alone(_LEFT_ALONE_S)
            self._note(gone=True, error=type(error).__name__)
            raise Gone from error
        self._note(gone=False)
        return result

    async def close(self) -> None:
        """Let go of all connections."""
        await self._redis.close()
        await self._redis.connection_pool.disconnect()

    def _leave_alone(self, for_s: float) -> None:
        self._again_at = self._clock() + for_s

    def _note(self, gone: bool, error: str | None = None) -> None:
        if gone and not self._gone:
            log.error("redis_gone", error=error)
        elif self._gone and not gone:
            log.info("redis_back")
        self._gone = gone
