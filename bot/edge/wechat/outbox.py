"""What a citizen has not been shown yet, what the numbers they were shown stand for, and how much may still be sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence

from bot.edge.wechat.parts import Part
from bot.edge.wechat.state import Store, change
from bot.edge.wechat.words import Allowance

_TWO_DAYS_S = 172_800
_A_DAY_S = 86_400
_LOCK_S = 60
_NOTHING = "[]"
_MOST = 40  # parts kept for one citizen; nobody reads more


class Outbox:
    """Per citizen of one channel: parts in order, choices, and the customer-service quota. Every method blocks."""

    def __init__(
        self, store: Store, channel: str, quota: Mapping[str, Allowance], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._channel = channel
        self._quota = quota
        self._clock = clock

    def push(self, user: str, parts: Sequence[Part]) -> None:
        """Keep parts until the citizen has seen them."""
        added = json.loads(json.dumps([part.to_json() for part in parts]))
        if added:
            name = self._name("out", user)
            change(self._store, name, lambda kept: ((kept or []) + added)[-_MOST:], _TWO_DAYS_S)

    def first(self, user: str) -> Part | None:
        """The part that comes next."""
        kept = json.loads(self._store.get(self._name("out", user)) or "[]")
        return Part.of(kept[0]) if kept else None

    def drop_first(self, user: str) -> None:
        """It has been sent."""
        change(self._store, self._name("out", user), lambda kept: (kept or [])[1:], _TWO_DAYS_S)

    def take(self, user: str) -> list[Part]:
        """All parts, which are the caller's to show now; none while another is sending them."""
        name = self._name("out", user)
        if self._store.get(name) in (None, _NOTHING) or not self.lock(user):
            return []
        try:
            while (kept := self._store.get(name)) not in (None, _NOTHING):
                assert kept is not None
                if self._store.swap(name, kept, _NOTHING, _TWO_DAYS_S):  # else more came meanwhile
                    return [Part.of(value) for value in json.loads(kept)]
            return []
        finally:
            self.unlock(user)

    def lock(self, user: str) -> bool:
        """Be the only one who takes a citizen's parts; whether that worked."""
        return self._store.add(self._name("lock", user), "1", _LOCK_S)

    def unlock(self, user: str) -> None:
        """Let others."""
        self._store.drop(self._name("lock", user))

    def has_waiting(self, user: str) -> bool:
        """Whether the citizen was told that something is there to be asked for."""
        if self._store.get(self._name("lock", user)) is not None:
            return False
        return self.first(user) is not None or self.is_awaited(user)

    def is_awaited(self, user: str) -> bool:
        """Whether an answer that the citizen was told to ask for is still being worked on."""
        return self._store.get(self._name("awaited", user)) is not None

    def await_answer(self, user: str, seconds: float) -> None:
        """The citizen was told to ask again."""
        self._store.put(self._name("awaited", user), "1", seconds)

    def answered(self, user: str) -> None:
        """What was awaited is in the outbox."""
        if self.is_awaited(user):
            self._store.drop(self._name("awaited", user))

    def offer(self, user: str, options: Sequence[tuple[str, str]]) -> None:
        """The citizen sees these in a numbered list from now on."""
        name = self._name("options", user)
        if options:
            self._store.put(name, json.dumps(options, ensure_ascii=False), _A_DAY_S)
        elif self._store.get(name) is not None:  # looking is much cheaper than writing
            self._store.drop(name)

    def chosen(self, user: str, number: int) -> str | None:
        """What the number in the list that the citizen sees stands for."""
        options = json.loads(self._store.get(self._name("options", user)) or "[]")
        return str(options[number - 1][1]) if 1 <= number <= len(options) else None

    def grant(self, user: str, kind: str) -> None:
        """The citizen did something after which the account may write; a better grant that still holds stays."""
        allowed, now = self._quota[kind], self._clock()

        def to(before: list[float] | None) -> list[float]:
            new = [allowed.count, now + allowed.seconds]
            return new if before is None or before[1] <= now else [max(new[0], before[0]), max(new[1], before[1])]

        change(self._store, self._name("quota", user), to, allowed.seconds)

    def may_write(self, user: str) -> bool:
        """Whether the platform would still take a message for the citizen."""
        left = json.loads(self._store.get(self._name("quota", user)) or "[0, 0]")
        return bool(left[0] > 0 and left[1] > self._clock())

    def wrote(self, user: str) -> None:
        """One message was sent."""
        change(self._store, self._name("quota", user), lambda q: q and [q[0] - 1, q[1]], _TWO_DAYS_S)

    def exhaust(self, user: str) -> None:
        """The platform says that the account may not write any more."""
        self._store.drop(self._name("quota", user))

    def forget(self, user: str) -> None:
        """The citizen left."""
        for what in ("out", "options", "quota", "awaited"):
            self._store.drop(self._name(what, user))

    def _name(self, what: str, user: str) -> str:
        return f"{what}:{self._channel}:{user}"
