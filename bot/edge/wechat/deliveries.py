"""Messages as they are delivered: told apart, computed once however often and wherever they come, answered one way."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.edge.wechat.parts import Part
from bot.edge.wechat.state import Store, change
from bot.privacy import mask
from bot.text import normalise

PASSIVE, ACTIVE, LATER = "passive", "active", "later"
_KEPT_S = 600  # longer than any repetition, and than the time in which a nonce may be repeated


@dataclass(frozen=True)
class Job:
    """What a message asks for: words to be taken as a turn (`say`), or something of the edge's own."""

    say: str = ""
    own: str = ""  # the name of one of the wording's replies
    card: str = ""  # the id of a guide
    card_after: str = ""  # the id of a guide whose card may follow the answer
    quota: str = "message"

    def masked(self) -> Job:
        """The same without personal numbers, as it may be kept."""
        return replace(self, say=mask(normalise(self.say)).text)


@dataclass(frozen=True)
class Delivery:
    """A message's state. `parts` are there once it is computed; `route` is how they go, and cannot change again."""

    user: str
    job: Job
    owner: str
    until: float  # when the computing worker counts as gone
    born: float
    parts: tuple[Part, ...] | None = None
    route: str = ""
    said: Part | None = None  # what the passive reply carried

    @property
    def done(self) -> bool:
        """Whether nothing has to be done about it any more."""
        return self.parts is not None and bool(self.route)

    def to_json(self) -> dict[str, Any]:
        """For the shared state."""
        return asdict(self)

    @classmethod
    def of(cls, value: dict[str, Any]) -> Delivery:
        """Back from the shared state."""
        parts, said = value["parts"], value["said"]
        return cls(
            **{
                **value,
                "job": Job(**value["job"]),
                "parts": None if parts is None else tuple(map(Part.of, parts)),
                "said": None if said is None else Part.of(said),
            }
        )


class Deliveries:
    """The deliveries of one channel in a store; a worker may take `lease_s` for a computation. Every method blocks."""

    def __init__(self, store: Store, channel: str, lease_s: float, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._prefix = f"delivery:{channel}:"
        self._lease_s = lease_s
        self._clock = clock

    def arrive(self, identity: str, user: str, job: Job) -> tuple[Delivery, bool]:
        """A message has come (again). The state, which keeps the job masked, and whether the caller has to do it."""
        owner, now, kept = uuid.uuid4().hex, self._clock(), job.masked()

        def to(before: Delivery | None) -> Delivery:
            if before is None:
                return Delivery(user, kept, owner, now + self._lease_s, now)
            return self._taken_over(before, owner, now)

        after = self._change(identity, to)
        assert after is not None
        return after, after.owner == owner

    def get(self, identity: str) -> Delivery | None:
        """The state now."""
        found = self._store.get(self._prefix + identity)
        return None if found is None else Delivery.of(json.loads(found))

    def finish(self, identity: str, parts: Sequence[Part]) -> Delivery | None:
        """The computation is done; its words are forgotten."""
        return self._change(identity, lambda d: d and replace(d, parts=d.parts or tuple(parts), job=Job()))

    def route(self, identity: str, route: str, said: Part | None = None, unless_ready: bool = False) -> bool:
        """Decide how the reply goes, where that is open (and, if asked, nothing is ready yet); whether it was."""
        taken = False

        def to(before: Delivery | None) -> Delivery | None:
            nonlocal taken
            taken = before is not None and not before.route and not (unless_ready and before.parts is not None)
            return replace(before, route=route, said=said) if before is not None and taken else before

        self._change(identity, to)
        return taken

    def open(self) -> list[tuple[str, Delivery]]:
        """Messages whose reply has not gone any way yet."""
        names = [name[len(self._prefix) :] for name in self._store.names(self._prefix)]
        found = ((identity, self.get(identity)) for identity in names)
        return [(identity, delivery) for identity, delivery in found if delivery is not None and not delivery.done]

    def take_over(self, identity: str) -> Delivery | None:
        """The state, where the worker that computed the message is gone and the caller does it from now on."""
        owner, now = uuid.uuid4().hex, self._clock()
        after = self._change(identity, lambda before: before and self._taken_over(before, owner, now))
        return after if after is not None and after.owner == owner else None

    def _taken_over(self, delivery: Delivery, owner: str, now: float) -> Delivery:
        """The same, computed by `owner` from now on where whoever did it is gone."""
        if delivery.parts is not None or delivery.until >= now:
            return delivery
        return replace(delivery, owner=owner, until=now + self._lease_s)

    def _change(self, identity: str, to: Callable[[Delivery | None], Delivery | None]) -> Delivery | None:
        def over_json(value: Any) -> Any:
            after = to(None if value is None else Delivery.of(value))
            return None if after is None else json.loads(json.dumps(after.to_json()))

        after = change(self._store, self._prefix + identity, over_json, _KEPT_S)
        return None if after is None else Delivery.of(after)
