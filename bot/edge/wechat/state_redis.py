"""The shared state in Redis: for several machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import redis

from bot.edge.wechat.state import StateError

_PREFIX = "guidebot:"
_WAIT_S = 5
_SWAP = """
if redis.call('get', KEYS[1]) == ARGV[1] then
    redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1
end
return 0
"""


class RedisStore:
    """A Store in the Redis at `url`, under names of its own."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=_WAIT_S, socket_connect_timeout=_WAIT_S
        )
        self._swap: Callable[..., Any] = self._redis.register_script(_SWAP)

    def get(self, name: str) -> str | None:
        """See Store."""
        with _told():
            found: str | None = self._redis.get(_PREFIX + name)
            return found

    def add(self, name: str, value: str, ttl_s: float) -> bool:
        """See Store."""
        with _told():
            return bool(self._redis.set(_PREFIX + name, value, nx=True, px=_ms(ttl_s)))

    def put(self, name: str, value: str, ttl_s: float) -> None:
        """See Store."""
        with _told():
            self._redis.set(_PREFIX + name, value, px=_ms(ttl_s))

    def swap(self, name: str, old: str, new: str, ttl_s: float) -> bool:
        """See Store."""
        with _told():
            return bool(self._swap(keys=[_PREFIX + name], args=[old, new, _ms(ttl_s)]))

    def drop(self, name: str) -> None:
        """See Store."""
        with _told():
            self._redis.delete(_PREFIX + name)

    def names(self, prefix: str) -> list[str]:
        """See Store."""
        with _told():
            return [name[len(_PREFIX) :] for name in self._redis.scan_iter(f"{_PREFIX}{prefix}*", count=500)]

    def tidy(self) -> None:
        """See Store: Redis does it by itself."""

    def close(self) -> None:
        """See Store."""
        with _told():
            self._redis.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise StateError(type(error).__name__) from error


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))
