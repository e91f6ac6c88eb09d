"""How often a conversation and an address may send: moving windows, kept in this process."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.settings import Settings


class SendLimits:
    """Two limits at once: one a conversation, a wider one an address, since anyone can make up conversations.

    This machine's own addresses have no limit of their own: behind them is a proxy that does not say for whom
    it asks, or the operator. IPv6 addresses count by their /64 network, which is what one household gets.
    """

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._conversation = parse(settings.rate_limit)
        self._address = parse(settings.address_rate_limit)

    def wait_s(self, conversation: str, address: str) -> int:
        """0 if one more message may pass, which is then counted, or after how many seconds to try again."""
        keys = [(self._conversation, f"conversation:{conversation}")]
        network = _network(address)
        if network is not None:
            keys.append((self._address, f"address:{network}"))
        for item, key in keys:
            if not self._limiter.test(item, key):
                reset, _ = self._limiter.get_window_stats(item, key)
                return max(1, math.ceil(reset - time.time()))
        for item, key in keys:
            self._limiter.hit(item, key)
        return 0


def _network(address: str) -> str | None:
    """What an address is counted under, None for this machine's own."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address  # a Unix socket or a test client: one key for all of them
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
