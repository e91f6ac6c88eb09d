"""What workers share: small texts under names, each with an end, changed only by whoever knows what was there.

Two stores keep it (SQL, Redis); everything else about WeChat is written over these few verbs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Protocol

_TRIES = 200
_PAUSE_S = 0.002


class StateError(Exception):
    """The shared state cannot be read or written now."""


class Store(Protocol):
    """Texts under names. Every method blocks, and raises StateError; what is past its end is not there."""

    def get(self, name: str) -> str | None:
        """The text under a name."""

    def add(self, name: str, value: str, ttl_s: float) -> bool:
        """Put a text where there is none; whether there was none."""

    def put(self, name: str, value: str, ttl_s: float) -> None:
        """Put a text whatever was there."""

    def swap(self, name: str, old: str, new: str, ttl_s: float) -> bool:
        """Put `new` where `old` still is; whether it was."""

    def drop(self, name: str) -> None:
        """Forget a name."""

    def names(self, prefix: str) -> list[str]:
        """All names that begin with `prefix`."""

    def tidy(self) -> None:
        """Let go of what is past its end."""

    def close(self) -> None:
        """Let go of connections."""


def change(store: Store, name: str, to: Callable[[Any], Any], ttl_s: float) -> Any:
    """Replace the JSON value under `name` by `to(value)`, None standing for nothing there, and return the new one.

    `to` may be called several times, since others change values meanwhile; where it returns its argument
    nothing is written.
    """
    for _ in range(_TRIES):
        old = store.get(name)
        before = None if old is None else json.loads(old)
        after = to(before)
        if after == before:
            return after
        new = json.dumps(after, ensure_ascii=False)
        if store.add(name, new, ttl_s) if old is None else store.swap(name, old, new, ttl_s):
            return after
        time.sleep(_PAUSE_S)
    raise StateError("contended")
