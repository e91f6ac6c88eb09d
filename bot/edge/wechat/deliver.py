"""The five seconds: a reply if it is ready, else a message later, else the third try says how to ask for it.

The platform waits five seconds for a reply and delivers a message three times in all. Whichever worker a delivery
comes to, the message is computed once, and its answer goes one way: the reply, customer-service messages, or the
outbox, out of which the citizen's next message takes it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool

from bot.edge.wechat.answers import Answers
from bot.edge.wechat.deliveries import ACTIVE, LATER, Deliveries, Delivery, Job
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.parts import MENU, TEXT, TRANSFER, Part, merged
from bot.edge.wechat.sender import Sender
from bot.edge.wechat.state import StateError
from bot.edge.wechat.verify import TRIES

log = structlog.get_logger("edge")

Gone = Callable[[], Awaitable[bool]]
_AWAITED_S = 600


@dataclass(frozen=True)
class Timing:
    """Seconds, all of them after what the platform waits for a reply."""

    wait_s: float

    @property
    def reply_by_s(self) -> float:
        """When to stop waiting for an answer that is to be the reply: the way back takes time too."""
        return 0.9 * self.wait_s

    @property
    def hold_s(self) -> float:
        """When the platform has surely given up a delivery."""
        return 1.3 * self.wait_s

    @property
    def last_try_s(self) -> float:
        """What only the last try is answered after: counting tries would be misled by doubles."""
        return (TRIES - 1 + 0.7) * self.wait_s

    @property
    def settled_s(self) -> float:
        """When it has surely given up a message."""
        return (TRIES + 1) * self.wait_s

    @property
    def glance_s(self) -> float:
        """How often to look whether another worker is done."""
        return 0.02 * self.wait_s


class Deliverer:
    """Takes the deliveries of one channel and sees to it that each message's answer reaches its citizen."""

    def __init__(
        self, answers: Answers, deliveries: Deliveries, outbox: Outbox, sender: Sender, later: str, timing: Timing
    ) -> None:
        self._answers = answers
        self._deliveries = deliveries
        self._outbox = outbox
        self._sender = sender
        self._later = Part(TEXT, later)
        self._timing = timing
        self._working: set[asyncio.Task[None]] = set()
        self._settling: set[asyncio.Task[None]] = set()

    async def receive(self, identity: str, user: str, job: Job, gone: Gone) -> Part | None:
        """What to reply to a delivery, None for an empty `success`; `gone` tells whether anyone still listens."""
        begin = time.monotonic()
        _, mine = await run_in_threadpool(self._deliveries.arrive, identity, user, job)
        work = None
        if mine:
            await run_in_threadpool(self._sender.grant, user, job.quota)
            work = _keep(self._work(identity, user, job), self._working)
        ready = await self._ready(identity, work, begin + self._timing.reply_by_s)
        if ready is None or ready.parts is not None or ready.route:
            return None if await gone() else await self._hand_over(identity, user)
        return await self._not_in_time(identity, ready, begin, gone)

    async def take(self, identity: str, user: str, job: Job) -> None:
        """See that a message is answered where the platform waits for no reply; nothing where it was seen before."""
        _, mine = await run_in_threadpool(self._deliveries.arrive, identity, user, job)
        if mine:
            await run_in_threadpool(self._sender.grant, user, job.quota)
            await run_in_threadpool(self._deliveries.postpone, identity, ACTIVE)
            _keep(self._work(identity, user, job), self._working)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that `finish` waits for."""
        _keep(work, self._working)

    async def resume(self) -> None:
        """Go on with what a worker that is gone left behind."""
        for identity, delivery in await run_in_threadpool(self._deliveries.open):
            if delivery.parts is not None:
                if delivery.born + self._timing.settled_s < time.time():
                    await run_in_threadpool(self._deliveries.give_up, identity)
                    await run_in_threadpool(self._send_later, identity, delivery.user, delivery.parts)
            elif mine := await run_in_threadpool(self._deliveries.take_over, identity):
                _keep(self._work(identity, mine.user, mine.job), self._working)

    async def finish(self) -> None:
        """Return once nothing is being computed; what waits for its way is found by `resume`."""
        await asyncio.gather(*self._working, return_exceptions=True)
        for task in self._settling:
            task.cancel()
        await asyncio.gather(*self._settling, return_exceptions=True)

    async def _ready(self, identity: str, work: asyncio.Task[None] | None, deadline: float) -> Delivery | None:
        """The delivery as soon as its way is clear, or as it is at the deadline; a look away from the work is free."""
        while True:
            left = deadline - time.monotonic()
            if work is not None and left > 0:
                await asyncio.wait({work}, timeout=left)
                work = None
            delivery = await run_in_threadpool(self._deliveries.get, identity)
            left = deadline - time.monotonic()
            if delivery is None or delivery.parts is not None or delivery.route or left <= 0:
                return delivery
            await asyncio.sleep(min(self._timing.glance_s, left))

    async def _not_in_time(self, identity: str, delivery: Delivery, begin: float, gone: Gone) -> Part | None:
        user = delivery.user
        if await run_in_threadpool(self._sender.may_send, user):
            if await run_in_threadpool(self._deliveries.postpone, identity, ACTIVE):
                return None
        elif time.time() - delivery.born < self._timing.last_try_s:
            while time.monotonic() < begin + self._timing.hold_s and not await gone():
                await asyncio.sleep(self._timing.glance_s)  # no reply, so that the platform comes again
            return None
        elif await run_in_threadpool(self._deliveries.postpone, identity, LATER, self._later):
            await run_in_threadpool(self._outbox.await_answer, user, _AWAITED_S)
            if (now := await run_in_threadpool(self._deliveries.get, identity)) and now.parts is not None:
                await run_in_threadpool(self._outbox.answered, user)  # it was ready before that was noted
            return self._later
        return await self._hand_over(identity, user)

    async def _hand_over(self, identity: str, user: str) -> Part | None:
        said, follows = await run_in_threadpool(self._reply_of, identity)
        if follows:
            _keep(run_in_threadpool(self._sender.drain, user), self._working)
        return said

    def _reply_of(self, identity: str) -> tuple[Part | None, bool]:
        """Make the answer the reply, and all that does not fit follow it; whether it will be sent. Once for all."""
        delivery = self._deliveries.get(identity)
        if delivery is None or delivery.route:
            return (delivery.said if delivery else None), False
        user, limit = delivery.user, self._answers.limit(delivery.user)
        older = self._outbox.take(user)
        queue = merged([*older, *(delivery.parts or ())], limit)
        queue.sort(key=lambda part: part.kind != TRANSFER)  # only a reply can hand over
        said, rest = (queue[0] if queue else None), queue[1:]
        follows = bool(rest) and self._sender.may_send(user)
        if said and rest and not follows and said.kind in (TEXT, MENU):
            said = Part(TEXT, said.text + self._answers.more(user))
        if not self._deliveries.reply(identity, said, rest):
            self._outbox.push(user, older)
            return self._reply_of(identity)
        if rest:
            self._outbox.push(user, rest)
            self._deliveries.keep(identity)
        return said, follows

    async def _work(self, identity: str, user: str, job: Job) -> None:
        try:
            parts = await self._answers.parts(user, job)
            after = await run_in_threadpool(self._deliveries.finish, identity, parts)
            if after is None or after.route in (ACTIVE, LATER):
                await run_in_threadpool(self._send_later, identity, user, parts)
            elif not after.route:
                _keep(self._settle(identity, after), self._settling)
        except StateError as error:
            log.error("wechat_state", error=str(error), step="work")  # resumed once the lease is over

    async def _settle(self, identity: str, delivery: Delivery) -> None:
        """Where no delivery came for an answer while the platform still tried, keep it for the citizen."""
        await asyncio.sleep(max(0.0, delivery.born + self._timing.settled_s - time.time()))
        try:
            if await run_in_threadpool(self._deliveries.give_up, identity):
                await run_in_threadpool(self._send_later, identity, delivery.user, delivery.parts or ())
        except StateError as error:
            log.error("wechat_state", error=str(error), step="settle")  # found by `resume`

    def _send_later(self, identity: str, user: str, parts: Sequence[Part]) -> None:
        sendable = [part for part in parts if part.kind != TRANSFER]  # its numbers to call have been sent before it
        self._outbox.push(user, merged(sendable, self._answers.limit(user)))
        self._deliveries.keep(identity)
        self._outbox.answered(user)
        self._sender.drain(user)


def _keep(work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> asyncio.Task[None]:
    """A task that is not forgotten before it is done."""
    task = asyncio.create_task(work)
    among.add(task)
    task.add_done_callback(among.discard)
    return task
