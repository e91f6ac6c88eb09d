"""How often a conversation, an address and a client with a key may send: moving windows.

All edges count together in Redis where there is one; where it is gone, and without it, each process counts for itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.edge.metrics import UNSHARED
from bot.settings import Settings
from bot.shared import Gone, Shared

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_NAME_BYTES = 12
# Lists of the times of the last events, in milliseconds of Redis's clock; one that was set back forgets them.
_PASS = """
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
    local count, length = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local last = tonumber(redis.call('lindex', key, -1) or 0)
    if last > now then redis.call('del', key) end
    if redis.call('llen', key) >= count then
        wait = math.max(wait, redis.call('lindex', key, 0) + length - now)
    end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    redis.call('rpush', key, now)
    redis.call('ltrim', key, -ARGV[2 * i - 1], -1)
    redis.call('pexpire', key, ARGV[2 * i])
end
return 0
"""
Clock = Callable[[], float]


@dataclass(frozen=True)
class Rate:
    """So many events within any stretch of time of one length."""

    count: int
    length_s: int

    @classmethod
    def of(cls, rate: str) -> Rate:
        """A rate as settings write it: `60/minute`."""
        count, _, unit = rate.partition("/")
        return cls(int(count), _SECONDS[unit])


class Window:
    """At most `rate` events a key, like `60/minute`, as this process counts them.

    Keys that fell silent are forgotten once a stretch, so what anyone can make up does not fill the memory.
    """

    def __init__(self, rate: str, clock: Clock) -> None:
        self.rate = Rate.of(rate)
        self._clock = clock
        self._events: dict[str, deque[float]] = {}
        self._swept = clock()

    def wait_s(self, key: str) -> float:
        """After how many seconds `key` may have one more event; 0 for now."""
        events = self._events.get(key)
        if events is None or len(events) < self.rate.count:
            return 0.0
        return max(0.0, events[0] + self.rate.length_s - self._clock())

    def add(self, key: str) -> None:
        """Count an event of `key` that happens now."""
        now = self._clock()
        if now - self._swept >= self.rate.length_s:
            begin = self._swept = now
            self._events = {key: at for key, at in self._events.items() if at[-1] > begin - self.rate.length_s}
        self._events.setdefault(key, deque(maxlen=self.rate.count)).append(now)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._events)


class SendLimits:
    """Two limits at once: one a conversation, a wider one whoever asks, since anyone can make up conversations.

    Who asks is a client with a key, or else an address. This machine's own addresses have no limit of their own:
    behind them is a proxy that does not say for whom it asks, or the operator. IPv6 addresses count by their /64
    network, which is what one household gets.
    """

    def __init__(self, settings: Settings, shared: Shared | None = None, clock: Clock = time.monotonic) -> None:
        self._shared = shared
        self._conversations = Window(settings.rate_limit, clock)
        self._addresses = Window(settings.address_rate_limit, clock)
        self._clients = Window(settings.key_rate_limit, clock)

    async def wait_s(self, conversation: str, address: str, client: str = "") -> int:
        """0 if one more message may pass, which is then counted, or after how many seconds to try again."""
        windows = [(self._conversations, f"talk {conversation}")]
        network = _network(address)
        if client:
            windows.append((self._clients, f"client {client}"))
        elif network is not None:
            windows.append((self._addresses, f"from {network}"))
        if self._shared is not None:
            try:
                return await _of_all(self._shared, windows)
            except Gone:
                UNSHARED.labels("limits").inc()
        return _of_one(windows)


def _of_one(windows: list[tuple[Window, str]]) -> int:
    wait_s = max(window.wait_s(key) for window, key in windows)
    if wait_s > 0:
        return math.ceil(wait_s)
    for window, key in windows:
        window.add(key)
    return 0


async def _of_all(shared: Shared, windows: list[tuple[Window, str]]) -> int:
    """The same, asked of Redis; no address stands there in clear."""
    names = [f"sent:{hashlib.blake2b(key.encode(), digest_size=_NAME_BYTES).hexdigest()}" for _, key in windows]
    rates = [number for window, _ in windows for number in (window.rate.count, 1000 * window.rate.length_s)]
    return math.ceil(int(await shared.run(_PASS, names, rates)) / 1000)


def _network(address: str) -> str | None:
    """What an address is counted under, None for this machine's own."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address  # a Unix socket: one key for all who come through it
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
