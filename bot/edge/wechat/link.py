"""A link to the same conversation as a web page: signed, and good for some hours."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

_VERSION = "1"
_TOKEN = re.compile(r"1\.([^.]{1,160})\.(\d{1,12})\.([0-9a-f]{64})")


def conversation_token(secret: bytes, conversation: str, lifetime_s: float, now: float | None = None) -> str:
    """What lets its holder into `conversation` (`wechat:<user>`): version, conversation, end, HMAC-SHA256 of these."""
    end = int((time.time() if now is None else now) + lifetime_s)
    signed = f"{_VERSION}.{conversation}.{end}"
    return f"{signed}.{_signature(secret, signed)}"


def conversation_of(secret: bytes, token: str, now: float | None = None) -> str | None:
    """The conversation that a token lets its holder into; None where it is not ours or has ended."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    signed = token.rpartition(".")[0]
    genuine = hmac.compare_digest(found[3], _signature(secret, signed))
    return found[1] if genuine and int(found[2]) > (time.time() if now is None else now) else None


def channel_and_sender(session: str, own_channel: str) -> tuple[str, str]:
    """Whose turn it is what a page says: of the conversation that a link opened, else of the page's own session."""
    channel, colon, sender = session.partition(":")
    return (channel, sender) if colon else (own_channel, session)


def page_address(public_url: str, token: str) -> str:
    """The page that goes on with the conversation; after #, so that no server or log on the way sees the token."""
    return f"{public_url}/#session={token}"


def _signature(secret: bytes, signed: str) -> str:
    return hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()
