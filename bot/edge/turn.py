"""One message's way through the edge: mask → journal → wait its turn → forward → check → journal → reply."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool

from bot.edge.journal import Entry, Journal, JournalError
from bot.edge.lanes import Crowded, Lanes, Place
from bot.edge.later import Later
from bot.edge.metrics import JOURNAL_ERRORS, TURN_SECONDS, TURNS
from bot.edge.rasa import Message, Rasa, RasaError, Reply
from bot.edge.switch import Switch
from bot.edge.wording import Replies
from bot.logs import frames
from bot.outcome import Act, Outcome
from bot.privacy import mask
from bot.text import normalise, without_command

START_OVER = "/restart"  # to Rasa alone: what a citizen types never begins with a slash there

log = structlog.get_logger("edge")


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it; `sender` is unique within `channel` and names the conversation."""

    channel: str
    sender: str
    text: str

    @property
    def conversation(self) -> str:
        """The id the conversation has inside: no sender of one channel can pose as one of another."""
        return f"{self.channel}:{self.sender}"


Beside = Callable[[Reply], Sequence[Any]]  # statements to be written with a reply


@dataclass(frozen=True)
class _Answer:
    reply: Reply
    cause: str | None = None  # why the edge answers in its own name, None where the assistant did


class Turns:
    """Takes messages and always comes back with a reply; where nothing else works, with an `error` and a number."""

    def __init__(
        self,
        rasa: Rasa,
        journal: Journal,
        lanes: Lanes,
        later: Later,
        switch: Switch,
        replies: Replies,
        max_chars: int,
    ) -> None:
        self._rasa = rasa
        self._journal = journal
        self._lanes = lanes
        self._later = later
        self._switch = switch
        self._replies = replies
        self._max_chars = max_chars

    async def take(self, incoming: Incoming, beside: Beside = lambda reply: ()) -> Reply:
        """The reply to a message that was let in. Its text is masked before anyone else sees it.

        `beside` gives statements that are to be written with what the turn came to, both or neither.
        """
        async with self._lanes.place(incoming.conversation) as place:
            return await self._take(incoming, place, beside)

    async def start_over(self, conversation: str) -> None:
        """Let Rasa begin a conversation anew, after what is under way in it. RasaError where it does not."""
        async with self._lanes.place(conversation) as place:
            async with place.door():
                pass
            with suppress(Crowded):
                await place.first()
            await self._rasa.reply(conversation, START_OVER)

    async def _take(self, incoming: Incoming, place: Place, beside: Beside) -> Reply:
        begin = time.perf_counter()
        turn: int | None = None
        try:
            entry = _entry(incoming)
            async with place.door():
                turn = await run_in_threadpool(self._journal.receive, entry)
            answer = await self._answer(entry, place, begin)
        except JournalError as error:
            _not_written("receive", error)
            answer = self._own(Act.ERROR, self._replies.error, "journal")
        except Exception as error:  # the one catch-all: the citizen gets a sentence and a number to call
            log.error("turn_broke", error=type(error).__name__, frames=frames(error.__traceback__))
            answer = self._own(Act.ERROR, self._replies.error, f"internal_{type(error).__name__}")
        took_s = time.perf_counter() - begin
        TURNS.labels(incoming.channel, answer.reply.outcome.act.value, answer.cause or "").inc()
        TURN_SECONDS.labels(incoming.channel).observe(took_s)
        answer = replace(answer, reply=replace(answer.reply, turn=turn))
        if turn is not None:
            await self._complete(turn, answer, round(took_s * 1000), beside(answer.reply))
        return answer.reply

    def sorry(self, cause: str) -> Reply:
        """The reply to a message that cannot be taken at all; `cause` goes to the log."""
        log.error("message_not_taken", cause=cause)
        return self._own(Act.ERROR, self._replies.error, cause).reply

    async def _answer(self, entry: Entry, place: Place, begin: float) -> _Answer:
        if not await self._switch.is_on():
            return self._own(Act.HANDOFF, self._replies.paused, "off")
        text = without_command(entry.text)
        if len(entry.text) > self._max_chars:
            return self._own(Act.FALLBACK, self._replies.too_long, "too_long")
        if not text:
            return self._own(Act.FALLBACK, self._replies.empty, "no_text")
        try:
            await place.first()
            return _Answer(await self._rasa.reply(entry.sender, text, time.perf_counter() - begin))
        except Crowded:
            return self._own(Act.ERROR, self._replies.slow, "crowded")
        except RasaError as error:
            said = self._replies.slow if error.cause in ("slow", "crowded") else self._replies.error
            return self._own(Act.ERROR, said, error.cause)

    async def _complete(self, turn: int, answer: _Answer, latency_ms: int, beside: Sequence[Any]) -> None:
        outcome = answer.reply.outcome
        log.info(
            "turn",
            turn=turn,
            act=outcome.act.value,
            guide=outcome.guide,
            section=outcome.section,
            cause=answer.cause,
            latency_ms=latency_ms,
        )
        complete = partial(self._journal.complete, turn, outcome, latency_ms, answer.cause, answer.reply.trace, beside)
        if error := await self._later.now_or_later(complete):
            # The message itself is safe in the journal, so the citizen still gets the answer.
            _not_written("complete", error, turn)

    def _own(self, act: Act, said: str, cause: str) -> _Answer:
        return _Answer(Reply(Outcome(act), (Message(said),)), cause)


def _entry(incoming: Incoming) -> Entry:
    masked = mask(normalise(incoming.text))
    kinds = tuple(dict.fromkeys(kind.name.lower() for kind in masked.kinds))
    return Entry(incoming.channel, incoming.conversation, masked.text, kinds)


def _not_written(step: str, error: JournalError, turn: int | None = None) -> None:
    JOURNAL_ERRORS.labels(step).inc()
    log.error("journal_not_written", error=str(error), step=step, turn=turn)
