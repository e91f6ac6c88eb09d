"""What the console signs: the cookie of a session, and the token that every form carries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.edge.problem import Refusal
from bot.edge.sessions import Sessions

COOKIE, GUEST = "guidebot_console", "guidebot_console_guest"
LIFETIME_S = 8 * 60 * 60  # a working day


@dataclass(frozen=True)
class Claim:
    """Who a cookie says it is, and in which epoch of the account it was given out."""

    name: str
    epoch: int


class Seal:
    """Signs with a key of its own, made from the service's secret."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = hmac.new(secret, b"console", hashlib.sha256).digest()
        self._sessions = Sessions(self._secret, clock)

    def cookie(self, claim: Claim) -> str:
        """A session's cookie: nobody can make one, no two are the same, and it ends after LIFETIME_S."""
        name = base64.urlsafe_b64encode(claim.name.encode()).decode().rstrip("=")
        return self._sessions.renew(f"{name}:{claim.epoch}:{secrets.token_hex(8)}", LIFETIME_S).text

    def claim(self, cookie: str | None) -> Claim | None:
        """What a cookie says; None where it was not signed here or is over."""
        try:
            name, epoch, _ = self._sessions.session(f"Bearer {cookie or ''}").split(":")
            padded = name + "=" * (-len(name) % 4)
            return Claim(base64.urlsafe_b64decode(padded).decode(), int(epoch))
        except (Refusal, ValueError):
            return None

    def form_token(self, cookie: str) -> str:
        """What a form must carry to be taken from whoever has the cookie."""
        return hmac.new(self._secret, f"form:{cookie}".encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, token: str, cookie: str) -> bool:
        """Whether a form was made for whoever has the cookie."""
        return bool(cookie) and hmac.compare_digest(token.encode(), self.form_token(cookie).encode())
