"""A message of the widget is taken once, however often it is sent: the same id always gets the same reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool

from bot.edge.exchanges import Exchange, Exchanges, completing
from bot.edge.journal import JournalError
from bot.edge.later import Later
from bot.edge.sessions import channel_and_sender
from bot.edge.turn import Incoming, Turns
from bot.privacy import mask
from bot.text import normalise

CHANNEL = "web"
_GLANCE_S = 0.2
_MARGIN_S = 35  # beyond the time a turn may take: it may wait for its place first


@dataclass(frozen=True)
class Said:
    """A message of a session: `id` is the client's, `shown` what the citizen saw themselves say."""

    session: str
    id: str
    text: str
    shown: str

    @property
    def incoming(self) -> Incoming:
        """The message as a turn takes it."""
        return Incoming(*channel_and_sender(self.session, CHANNEL), self.text)


class OnceOnly:
    """Takes messages as turns and keeps their replies; goes on with a turn though its client went away."""

    def __init__(self, turns: Turns, exchanges: Exchanges, later: Later, patience_s: float) -> None:
        self._turns = turns
        self._exchanges = exchanges
        self._later = later
        self._cut_off_s = patience_s + _MARGIN_S
        self._running: dict[tuple[str, str], asyncio.Task[Mapping[str, Any]]] = {}

    async def take(self, said: Said) -> Mapping[str, Any]:
        """The reply to a message, in JSON: of its one turn, whether that is over, under way or begins now."""
        key = (said.session, said.id)
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._take(said))
            task.add_done_callback(lambda _: self._running.pop(key))
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Return once no turn is under way."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _take(self, said: Said) -> Mapping[str, Any]:
        try:
            earlier = await self._begin(said)
            if earlier is not None:
                return earlier
        except JournalError as error:
            return self._turns.sorry(f"exchange_{error}").to_widget()
        reply = await self._turns.take(
            said.incoming, lambda reply: (completing(said.session, said.id, reply.turn, reply.to_widget()),)
        )
        answer = reply.to_widget()
        if reply.turn is not None:  # kept with what the turn came to: a killed edge leaves both or neither
            return answer
        complete = partial(self._exchanges.complete, said.session, said.id, None, answer)
        if waits := await self._later.now_or_later(complete):
            self._turns.sorry(f"exchange_{waits}")  # the citizen still gets the answer
        return answer

    async def _begin(self, said: Said) -> Mapping[str, Any] | None:
        """Write the message down, or give the reply that another process gave or is about to give."""
        found = await run_in_threadpool(self._exchanges.find, said.session, said.id)
        if found is None:
            shown = mask(normalise(said.shown)).text
            try:
                await run_in_threadpool(self._exchanges.begin, said.session, said.id, shown)
            except JournalError:
                found = await run_in_threadpool(self._exchanges.find, said.session, said.id)
                if found is None:
                    raise
        return None if found is None else await self._reply_of(said, found)

    async def _reply_of(self, said: Said, found: Exchange) -> Mapping[str, Any] | None:
        """The reply that is there or comes in time; None for a turn that was cut off, which is taken anew."""
        age_s = max(0.0, (datetime.now(UTC) - found.at).total_seconds())  # clocks differ, and jump
        deadline = time.monotonic() + self._cut_off_s - age_s
        while found.reply is None and time.monotonic() < deadline:
            await asyncio.sleep(_GLANCE_S)
            again = await run_in_threadpool(self._exchanges.find, said.session, said.id)
            found = again or found
        return found.reply
