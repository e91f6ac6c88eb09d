"""Turns of one conversation one after the other, in the order in which they came, whichever edge they came to.

Each edge lines up what comes to it. With Redis the edges line up together: a list of tickets a conversation. An edge
that dies is noticed by its key, which nobody renews any more; its tickets are passed over then.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from bot.edge.metrics import UNSHARED
from bot.meanwhile import meanwhile
from bot.shared import PREFIX, Gone, Shared, Unasked

PATIENCE_S = 20.0  # for a message to have its turn
_MARGIN_S = 2.0
_RENEWED_S = 2.0
_GLANCE_S = 0.02
_KEPT_MS = 600_000  # a lane that nobody looks at
_LOOK = """
local me = string.match(ARGV[1], '^[^:]+')
redis.call('set', ARGV[2] .. me, 1, 'px', ARGV[3])
local head = redis.call('lindex', KEYS[1], 0)
while head and redis.call('exists', ARGV[2] .. string.match(head, '^[^:]+')) == 0 do
    redis.call('lpop', KEYS[1])
    head = redis.call('lindex', KEYS[1], 0)
end
if head ~= ARGV[1] and not redis.call('lpos', KEYS[1], ARGV[1]) then
    redis.call('rpush', KEYS[1], ARGV[1])
    head = head or ARGV[1]
end
redis.call('pexpire', KEYS[1], ARGV[4])
return head == ARGV[1] and 1 or 0
"""
_LEAVE = "return redis.call('lrem', KEYS[1], 1, ARGV[1])"
_RENEW = "return redis.call('set', KEYS[1], 1, 'px', ARGV[1])"


class Crowded(Exception):
    """A turn that did not get its place in time: those before it take too long."""


@dataclass
class _Line:
    """What came to this edge for one conversation."""

    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: asyncio.Event | None = None  # set once the turn that came last is over
    users: int = 0


class Lanes:
    """Gives turns their places. `shared` is where several edges line up together, None for one alone.

    What a dead edge began at Rasa is over after `turn_s`; the others go on a little later.
    """

    def __init__(self, shared: Shared | None = None, turn_s: float = 10.0) -> None:
        self._shared = shared
        self._alive_ms = round(1000 * (turn_s + _MARGIN_S))
        self._edge = secrets.token_hex(6)
        self._tickets = count()
        self._lines: dict[str, _Line] = {}
        self._there: set[tuple[str, str]] = set()  # lists, and tickets that are in them, or may be
        self._owed: set[tuple[str, str]] = set()  # … and could not be taken out yet

    @asynccontextmanager
    async def place(self, conversation: str) -> AsyncIterator[Place]:
        """A place in the conversation, left at the end. Nobody is asked for it before its `door`."""
        line = self._lines.setdefault(conversation, _Line())
        line.users += 1
        place = Place(self, line, conversation, f"{self._edge}:{next(self._tickets)}")
        try:
            yield place
        finally:
            place.over.set()
            await self.leave(place.lane, place.ticket)
            line.users -= 1
            if not line.users:
                del self._lines[conversation]

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[Self]:
        """Let the other edges know meanwhile that this one lives."""
        async with meanwhile(self._renew()):
            yield self

    async def look(self, queue: str, ticket: str) -> bool:
        """Whether a ticket is the first of its list, into which it is put where it is not; True without Redis."""
        if self._shared is None:
            return True
        new = (queue, ticket) not in self._there
        self._there.add((queue, ticket))  # before it is: whoever is cut off meanwhile takes it out all the same
        try:
            arguments: list[str | int] = [ticket, f"{PREFIX}edge:", self._alive_ms, _KEPT_MS]
            return bool(await self._shared.run(_LOOK, [queue], arguments))
        except Gone as gone:
            if new and isinstance(gone, Unasked):
                self._there.discard((queue, ticket))
            UNSHARED.labels("order").inc()
            return True

    async def leave(self, queue: str, ticket: str) -> None:
        """Take a ticket out of its list, later where Redis is gone."""
        if self._shared is None or (queue, ticket) not in self._there:
            return
        try:
            await self._shared.run(_LEAVE, [queue], [ticket])
        except Gone:
            self._owed.add((queue, ticket))
            return
        self._there.discard((queue, ticket))
        self._owed.discard((queue, ticket))

    async def _renew(self) -> None:
        while self._shared is not None:
            with suppress(Gone):
                await self._shared.run(_RENEW, [f"edge:{self._edge}"], [self._alive_ms])
                for queue, ticket in list(self._owed):
                    await self.leave(queue, ticket)
            await asyncio.sleep(_RENEWED_S)


class Place:
    """One turn's place in its conversation."""

    def __init__(self, lanes: Lanes, line: _Line, conversation: str, ticket: str) -> None:
        self.ticket = ticket
        self.lane = f"lane:{conversation}"
        self.over = asyncio.Event()
        self._door = f"door:{conversation}"
        self._lanes = lanes
        self._line = line
        self._before: asyncio.Event | None = None
        self._late_at = asyncio.get_running_loop().time() + PATIENCE_S

    @asynccontextmanager
    async def door(self) -> AsyncIterator[None]:
        """Alone while the message is written down: so the journal's order is that of the places.

        Who is kept waiting too long goes in all the same: a message is written down whatever happens.
        """
        async with self._line.door:
            self._before, self._line.last = self._line.last, self.over
            try:
                with suppress(TimeoutError):
                    await self._first_of(self._door)
                await self._lanes.look(self.lane, self.ticket)
                yield
            finally:
                await self._lanes.leave(self._door, self.ticket)

    async def first(self) -> None:
        """Return once all turns before this one are over; Crowded where that takes too long."""
        try:
            if self._before is not None:
                async with asyncio.timeout_at(self._late_at):
                    await self._before.wait()
            await self._first_of(self.lane)
        except TimeoutError:
            raise Crowded from None

    async def _first_of(self, queue: str) -> None:
        async with asyncio.timeout_at(self._late_at):
            while not await self._lanes.look(queue, self.ticket):
                await asyncio.sleep(_GLANCE_S)
