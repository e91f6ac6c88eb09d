"""Sessions of the widget: tokens that this service signed, that nobody can guess or make, and that soon end."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.edge.problem import Refusal
from bot.settings import Settings

LIFETIME_S = 2 * 60 * 60  # since the last use: who comes to a shared computer later sees nothing of it
_SESSION_BYTES = 16
_VERSION = "1"
_BEARER = "bearer "
_MAX_TOKEN_CHARS = 256


@dataclass(frozen=True)
class Token:
    """What a client shows to be let into `session`; good until `expires`, in seconds since 1970."""

    session: str
    text: str
    expires: int


class Sessions:
    """Makes tokens with `secret` and reads them back."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def begin(self) -> Token:
        """A session that nobody has had."""
        return self.renew(secrets.token_urlsafe(_SESSION_BYTES))

    def renew(self, session: str, lifetime_s: float = LIFETIME_S) -> Token:
        """A token that is good for a whole lifetime from now."""
        expires = int(self._clock() + lifetime_s)
        signed = f"{_VERSION}.{session}.{expires}"
        return Token(session, f"{signed}.{self._signature(signed)}", expires)

    def session(self, authorization: str | None) -> str:
        """The session whose token an `Authorization: Bearer …` header shows; Refusal 401 where there is none."""
        token = (authorization or "")[:_MAX_TOKEN_CHARS]
        signed, _, signature = token[len(_BEARER) :].rpartition(".")
        genuine = hmac.compare_digest(signature.encode(), self._signature(signed).encode())
        if not token.lower().startswith(_BEARER) or not genuine:
            raise Refusal(401, "bad_session")
        session, _, expires = signed.partition(".")[2].rpartition(".")
        if int(expires) <= self._clock():
            raise Refusal(401, "bad_session")
        return session

    def _signature(self, signed: str) -> str:
        return hmac.new(self._secret, signed.encode(), hashlib.sha256).hexdigest()


def channel_and_sender(session: str, own_channel: str) -> tuple[str, str]:
    """Whose turn it is what a page says: of the conversation that a link opened, else of the page's own session."""
    channel, colon, sender = session.partition(":")
    return (channel, sender) if colon else (own_channel, session)


def load_secret(settings: Settings) -> bytes:
    """The secret of the settings, else that of its file, which is made where there is none. OSError if it can't be."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.secret_file
    if not path.exists():
        _write_new(path, secrets.token_hex(32))
    return path.read_bytes().strip()


def internal_key(settings: Settings) -> str:
    """What the service's processes show each other: the key of the settings, else one made from the secret."""
    return settings.internal_key or hmac.new(load_secret(settings), b"internal", hashlib.sha256).hexdigest()


def _write_new(path: Path, secret: str) -> None:
    """Whole or not at all, readable by this user alone; what another process wrote meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
