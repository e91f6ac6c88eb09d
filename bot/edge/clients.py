"""Clients of the REST interface that have a key: who asks, told by what they show."""

from __future__ import annotations

import hmac

from bot.edge.problem import Refusal

_BEARER = "bearer "


class Clients:
    """The clients of the setting `name:key name:key`; where it is empty, everyone may ask and has no name."""

    def __init__(self, keys: str) -> None:
        pairs = (pair.partition(":") for pair in keys.split())
        self._names = {key: name for name, _, key in pairs}

    def name(self, authorization: str | None) -> str:
        """Whose key an `Authorization: Bearer …` header shows, "" where none is needed; Refusal 401 for no one's."""
        if not self._names:
            return ""
        shown = (authorization or "").encode()
        bearer, key = shown[: len(_BEARER)].lower(), shown[len(_BEARER) :]
        found = [name for own, name in self._names.items() if hmac.compare_digest(own.encode(), key)]
        if bearer != _BEARER.encode() or not found:
            raise Refusal(401, "bad_key", {"WWW-Authenticate": "Bearer"})
        return found[0]
