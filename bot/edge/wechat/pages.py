"""The page that goes on with a conversation: a signed link that ends, and the answers that it is to show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import structlog

from bot.edge.exchanges import Exchanges
from bot.edge.journal import JournalError
from bot.edge.rasa import Reply
from bot.edge.sessions import Sessions
from bot.edge.turn import Incoming
from bot.privacy import mask
from bot.text import normalise

log = structlog.get_logger("edge")


@dataclass(frozen=True)
class PageLinks:
    """Links under `public_url`, none where that is empty; their sessions are named as the conversations are."""

    public_url: str
    sessions: Sessions
    exchanges: Exchanges

    def link(self, conversation: str, lifetime_s: float) -> str | None:
        """The address of the page; the token after #, so that no server or log on the way sees it."""
        if not self.public_url:
            return None
        return f"{self.public_url}/#session={self.sessions.renew(conversation, lifetime_s).text}"

    def keep(self, incoming: Incoming, reply: Reply) -> None:
        """Let the page of the conversation show what was said and answered. Blocks; a failure costs the page alone."""
        if not self.public_url:
            return
        said = mask(normalise(incoming.text)).text
        try:
            self.exchanges.keep(incoming.conversation, uuid.uuid4().hex, said, reply.turn, reply.to_widget())
        except JournalError as error:
            log.error("page_not_kept", error=str(error))
