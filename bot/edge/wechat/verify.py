"""Whether a request is the platform's and is new: signature, time window, and no nonce used for a second message."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.edge.wechat.crypto import NotGenuine, Seal, check_signature
from bot.edge.wechat.messages import NotAMessage, read_xml
from bot.edge.wechat.state import Store, change

WINDOW_S = 300  # clocks may differ, and the platform repeats for 15 s
TRIES = 3  # how often the platform delivers a message in all
_NONCE = re.compile(r"[A-Za-z0-9_\-]{1,64}")
PLAIN, COMPATIBLE, SAFE = "plain", "compatible", "safe"


@dataclass(frozen=True)
class Query:
    """What the platform signs a request with, as it stands in the address; missing ones are empty."""

    timestamp: str
    nonce: str
    signature: str
    msg_signature: str
    encrypt_type: str
    echostr: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Query:
        """The known parameters of an address."""
        return cls(**{name: values.get(name, "")[:1024] for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Opened:
    """A genuine body: its elements, and whether it came sealed and so wants a sealed reply."""

    root: Mapping[str, object]
    sealed: bool


class Verifier:
    """Checks requests for one account, `mode` being as set in the platform's console.

    企业微信 is always `safe`, and seals also the echo when its console checks the address (`seals_echo`).
    """

    def __init__(
        self,
        token: str,
        seal: Seal | None,
        mode: str,
        store: Store,
        seals_echo: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._token = token
        self._seal = seal
        self._mode = mode
        self._seals_echo = seals_echo
        self._store = store
        self._clock = clock

    def open(self, query: Query, body: bytes) -> Opened:
        """The elements of a body, decrypted where it is sealed. NotGenuine, NotAMessage."""
        self._check_time(query)
        wants_seal = self._mode == SAFE or (self._mode == COMPATIBLE and query.encrypt_type == "aes")
        if not wants_seal:
            check_signature(query.signature, self._token, query.timestamp, query.nonce)
            return Opened(read_xml(body), sealed=False)
        assert self._seal is not None
        sealed = read_xml(body).get("Encrypt")
        if not isinstance(sealed, str):
            raise NotAMessage
        check_signature(query.msg_signature, self._token, query.timestamp, query.nonce, sealed)
        return Opened(read_xml(self._seal.open(sealed)), sealed=True)

    def echo(self, query: Query) -> str:
        """What to answer the console's check of the address: its echostr, opened where it came sealed."""
        self._check_time(query)
        if self._seals_echo and self._seal is not None:
            check_signature(query.msg_signature, self._token, query.timestamp, query.nonce, query.echostr)
            return self._seal.open(query.echostr)
        check_signature(query.signature, self._token, query.timestamp, query.nonce)
        return query.echostr

    def check_new(self, query: Query, identity: str) -> None:
        """NotGenuine where a nonce comes with a second message, or more often than the platform repeats one.

        In plain mode the signature does not cover the body: this is what binds them. Blocks; StateError.
        """
        used = change(
            self._store,
            f"nonce:{query.timestamp}:{query.nonce}",
            lambda before: [identity, 1] if before is None else [before[0], before[1] + (before[0] == identity)],
            2 * WINDOW_S,
        )
        if used[0] != identity or used[1] > TRIES:
            raise NotGenuine

    def _check_time(self, query: Query) -> None:
        stamp = query.timestamp
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and _NONCE.fullmatch(query.nonce)):
            raise NotGenuine
        if abs(self._clock() - int(stamp)) > WINDOW_S:
            raise NotGenuine
