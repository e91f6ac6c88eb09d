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
    """A message's state. `parts` are there once it is computed; `route` is how they go, and cannot change again.

    What a reply has no room for is what `parts` are from then on; `kept` says that they are safe in the outbox.
    """

    user: str
    job: Job
    owner: str
    until: float  # when the computing worker counts as gone
    born: float
    parts: tuple[Part, ...] | None = None
    route: str = ""
    said: Part | None = None  # what the passive reply carried
    kept: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing has to be done about it any more."""
        return bool(self.route) and self.parts is not None and (self.kept or not self.parts)

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

    def reply(self, identity: str, said: Part | None, rest: Sequence[Part]) -> bool:
        """Let the answer be the reply, with `rest` to follow, unless another way was decided on; whether it is."""
        return self._decide(identity, lambda before: replace(before, route=PASSIVE, said=said, parts=tuple(rest)))

    def postpone(self, identity: str, route: str, said: Part | None = None) -> bool:
        """Let the answer, which is not ready, go a way other than the reply; false where it is or another is open."""
        return self._decide(
            identity, lambda before: replace(before, route=route, said=said) if before.parts is None else None
        )

    def give_up(self, identity: str) -> bool:
        """Let a ready answer wait in the outbox, since no delivery asks for it any more; false where one did."""
        return self._decide(identity, lambda before: replace(before, route=LATER))

    def keep(self, identity: str) -> None:
        """The parts are in the outbox."""
        self._change(identity, lambda before: before and replace(before, kept=True))

    def _decide(self, identity: str, to: Callable[[Delivery], Delivery | None]) -> bool:
        """Change a delivery whose way is open; whether that was so, and `to` wanted it."""
        decided = False

        def change(before: Delivery | None) -> Delivery | None:
            nonlocal decided
            after = to(before) if before is not None and not before.route else None
            decided = after is not None
            return after or before

        self._change(identity, change)
        return decided

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
