"""How often a conversation and an address may send: moving windows, kept in this process."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable

from bot.settings import Settings

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
Clock = Callable[[], float]


class Window:
    """At most so many events a key within any stretch of time of one length, `rate` being like `60/minute`.

    Keys that fell silent are forgotten once a stretch, so what anyone can make up does not fill the memory.
    """

    def __init__(self, rate: str, clock: Clock) -> None:
        count, _, unit = rate.partition("/")
        self._count = int(count)
        self._length_s = _SECONDS[unit]
        self._clock = clock
        self._events: dict[str, deque[float]] = {}
        self._swept = clock()

    def wait_s(self, key: str) -> float:
        """After how many seconds `key` may have one more event; 0 for now."""
        events = self._events.get(key)
        if events is None or len(events) < self._count:
            return 0.0
        return max(0.0, events[0] + self._length_s - self._clock())

    def add(self, key: str) -> None:
        """Count an event of `key` that happens now."""
        now = self._clock()
        if now - self._swept >= self._length_s:
            begin = self._swept = now
            self._events = {key: at for key, at in self._events.items() if at[-1] > begin - self._length_s}
        self._events.setdefault(key, deque(maxlen=self._count)).append(now)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._events)


class SendLimits:
    """Two limits at once: one a conversation, a wider one an address, since anyone can make up conversations.

    This machine's own addresses have no limit of their own: behind them is a proxy that does not say for whom
    it asks, or the operator. IPv6 addresses count by their /64 network, which is what one household gets.
    """

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        self._conversations = Window(settings.rate_limit, clock)
        self._addresses = Window(settings.address_rate_limit, clock)

    def wait_s(self, conversation: str, address: str) -> int:
        """0 if one more message may pass, which is then counted, or after how many seconds to try again."""
        windows = [(self._conversations, conversation)]
        network = _network(address)
        if network is not None:
            windows.append((self._addresses, network))
        wait_s = max(window.wait_s(key) for window, key in windows)
        if wait_s > 0:
            return math.ceil(wait_s)
        for window, key in windows:
            window.add(key)
        return 0


def _network(address: str) -> str | None:
    """What an address is counted under, None for this machine's own."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address  # a Unix socket: one key for all who come through it
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
