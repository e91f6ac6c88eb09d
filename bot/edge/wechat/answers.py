"""A job's answer in parts: the turn that a sentence is taken as, or what the edge says by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool

from bot.edge.limits import SendLimits
from bot.edge.turn import Incoming, Turns
from bot.edge.wechat.asks import Catalogue
from bot.edge.wechat.deliveries import Job
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.pages import PageLinks
from bot.edge.wechat.parts import CARD, MAX_BYTES, TEXT, TRANSFER, Part, options_of, parts_of, size
from bot.edge.wechat.state import StateError
from bot.edge.wechat.words import Words
from bot.logs import frames
from bot.outcome import Act
from bot.text import normalise

log = structlog.get_logger("edge")

_HERE = "127.0.0.1"  # whose address has no limit of its own: all messages come from the platform's
_NUMBER = re.compile(r"(?:第|选择?)?([1-9]\d?|[一二三四五六七八九十]|[①-⑳])(?:个|项|号|条)?[.。、]?")
_NUMERALS = "一二三四五六七八九十"
_GLANCE_S = 0.1


@dataclass(frozen=True)
class Answers:
    """Answers jobs of one channel. `pages` goes on with a citizen's conversation, if there is a page.

    `send` sends a part at once and says whether it went; `patience_s` is how long to wait for an awaited answer.
    """

    channel: str
    turns: Turns
    outbox: Outbox
    words: Words
    catalogue: Catalogue
    limits: SendLimits
    pages: PageLinks
    may_send: Callable[[str], bool]
    send: Callable[[str, Part], bool]
    transfers: bool
    patience_s: float

    async def parts(self, user: str, job: Job) -> list[Part]:
        """What to show the citizen; nothing where all that is to be shown waits in the outbox. StateError."""
        try:
            return await self._parts(user, job)
        except StateError:
            raise
        except Exception as error:  # the citizen gets a sentence and a number; the error's words may quote theirs
            log.error("wechat_broke", error=type(error).__name__, frames=frames(error.__traceback__))
            return [self._own("error")]

    async def _parts(self, user: str, job: Job) -> list[Part]:
        if job.card:
            only = self._card(user, job.card)
            return [only] if only else await self._turn(user, job, self.catalogue.sentence(job.card))
        if not job.say:
            return [self._own(job.own or "unknown")]
        said = normalise(job.say)
        if self.is_pull(said) and await run_in_threadpool(self.outbox.has_waiting, user):
            return await self._awaited(user)
        return await self._turn(user, job, await self._meant(user, said) or job.say)

    def is_pull(self, said: str) -> bool:
        """Whether normalised words only ask for what is there already."""
        return len(said) <= 1 or said.casefold().rstrip("。.!！~") in self.words.pull_words

    def more(self, user: str) -> str:
        """What ends a text after which more is waiting."""
        url = self._link(user)
        link = self.words.layout.link.format(url=url) if url else ""
        return "\n" + "\n".join(filter(None, (self.words.layout.more, link)))

    def limit(self, user: str) -> int:
        """Bytes for a text, so that what ends it fits too."""
        return MAX_BYTES - size(self.more(user))

    async def _turn(self, user: str, job: Job, text: str) -> list[Part]:
        incoming = Incoming(self.channel, user, text)
        if await self.limits.wait_s(incoming.conversation, _HERE):
            return [self._own("too_many")]
        reply = await self.turns.take(incoming)
        await run_in_threadpool(self.pages.keep, incoming, reply)
        parts = list(parts_of(reply, self.words.layout, self.limit(user)))
        await run_in_threadpool(self.outbox.offer, user, options_of(reply))
        if reply.outcome.act is Act.HANDOFF and self.transfers:
            return await run_in_threadpool(self._handed_over, user, parts)
        may_follow = bool(job.card_after) and await run_in_threadpool(self.may_send, user)
        card = self._card(user, job.card_after) if may_follow else None
        return [*parts, card] if card else parts

    async def _meant(self, user: str, said: str) -> str | None:
        """The payload of the option whose number was said."""
        found = _NUMBER.fullmatch(said)
        if found is None:
            return None
        figure = found[1]
        if figure in _NUMERALS:
            number = _NUMERALS.index(figure) + 1
        else:
            number = int(figure) if figure.isascii() else ord(figure) - ord("①") + 1
        chosen: str | None = await run_in_threadpool(self.outbox.chosen, user, number)
        return chosen

    async def _awaited(self, user: str) -> list[Part]:
        """Nothing once what is awaited lies in the outbox; a sentence where it still does not."""

        async def until_there() -> None:
            while await run_in_threadpool(self.outbox.is_awaited, user):
                await asyncio.sleep(_GLANCE_S)

        try:
            await asyncio.wait_for(until_there(), self.patience_s)
        except TimeoutError:
            return [self._own("still")]
        return []

    def _handed_over(self, user: str, parts: list[Part]) -> list[Part]:
        """A reply can hand over or say something: it hands over once the numbers to call have gone another way."""
        gone = self.may_send(user) and all(self.send(user, part) for part in parts)
        return [Part(TRANSFER)] if gone else parts

    def _card(self, user: str, guide: str) -> Part | None:
        url = self._link(user)
        if not url:
            return None
        return Part(CARD, self.words.layout.card, title=self.catalogue.guides[guide], url=url)

    def _link(self, user: str) -> str | None:
        return self.pages.link(Incoming(self.channel, user, "").conversation, self.words.link_hours * 3600)

    def _own(self, name: str) -> Part:
        return Part(TEXT, getattr(self.words.replies, name))
