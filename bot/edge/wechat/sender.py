"""Messages that are no replies: what lies in a citizen's outbox, sent in order while the platform takes it."""

from __future__ import annotations

import structlog

from bot.edge.wechat.accounts import Account
from bot.edge.wechat.api import ApiError, Sent
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.parts import Part
from bot.edge.wechat.state import StateError, Store
from bot.edge.wechat.words import Words

log = structlog.get_logger("edge")

_OFF_S = 600  # how long a refused account does not try again
_NO_PERMISSION, _NO_PERMISSION_S = 48001, 86_400


class Sender:
    """Writes to citizens through one account. Every method blocks."""

    def __init__(self, account: Account, store: Store, outbox: Outbox, words: Words) -> None:
        self._account = account
        self._store = store
        self._outbox = outbox
        self._words = words
        self._off = f"off:{account.channel}"

    def grant(self, user: str, kind: str) -> None:
        """The citizen did something after which the account may write, if it can."""
        if self._account.can_send:
            self._outbox.grant(user, kind)

    def may_send(self, user: str) -> bool:
        """Whether a message to this citizen would be taken, as far as is known."""
        return self._account.can_send and self._outbox.may_write(user) and self._store.get(self._off) is None

    def send(self, user: str, part: Part) -> bool:
        """Send one part; whether it went. What a refusal says about the citizen or the account is remembered."""
        try:
            self._account.send(user, part)
        except ApiError as error:
            hint = self._words.errors.get(str(error.code), "")
            log.warning("wechat_not_sent", channel=self._account.channel, code=error.code, why=error.sent, hint=hint)
            if error.sent is Sent.NOT_THIS_CITIZEN:
                self._outbox.exhaust(user)
            elif error.sent is Sent.NOT_THIS_ACCOUNT:
                self._store.put(self._off, "1", _NO_PERMISSION_S if error.code == _NO_PERMISSION else _OFF_S)
            return False
        self._outbox.wrote(user)
        return True

    def drain(self, user: str) -> None:
        """Send what waits for a citizen until nothing does, or one message does not go: then it waits on."""
        try:
            while self._outbox.first(user) is not None and self.may_send(user):
                if not self._outbox.lock(user):
                    return  # another does it, and looks again at the end
                try:
                    if not self._send_all(user):
                        return
                finally:
                    self._outbox.unlock(user)
        except StateError as error:
            log.error("wechat_state", error=str(error), step="drain")

    def _send_all(self, user: str) -> bool:
        while (part := self._outbox.first(user)) is not None:
            if not (self.may_send(user) and self.send(user, part)):
                return False
            self._outbox.drop_first(user)
        return True
