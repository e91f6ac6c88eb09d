"""A citizen's phone with the platform behind it: signs, seals, delivers three times five seconds, shows what came."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import httpx

from bot.edge.wechat.crypto import Seal, check_signature, signature
from bot.edge.wechat.messages import read_xml
from bot.edge.wechat.verify import COMPATIBLE, PLAIN, TRIES

NOTHING, UNAVAILABLE = "nothing", "unavailable"
_FIRST_ID = 24_000_000_000_000_000


@dataclass(frozen=True)
class Shown:
    """What the phone shows for a message: a text, a card, a hand-over, nothing, or that the account does not work."""

    kind: str
    text: str = ""
    title: str = ""
    url: str = ""
    tries: int = 1
    seconds: float = 0.0


@dataclass
class Phone:
    """A phone that writes to the account at `url`. `mode` is as set in the console; 企业微信 is always safe."""

    http: httpx.AsyncClient
    url: str
    token: str
    receiver: str
    aes_key: str
    mode: str
    user: str = "oTestUser0000000000000000001"
    account: str = "gh_000000000001"
    wait_s: float = 5.0
    extra: Mapping[str, str] = field(default_factory=dict)
    ids: count[int] = field(default_factory=lambda: count(_FIRST_ID + secrets.randbelow(10**12)))

    async def verify(self, echo: str = "4375120948345356249") -> str | None:
        """What the console would read when the address is entered; None where it was refused."""
        query = self.query("")
        if self.receiver.startswith("ww"):
            echo = Seal(self.aes_key, self.receiver).seal(echo)
            query = {**query, "msg_signature": signature(self.token, query["timestamp"], query["nonce"], echo)}
        response = await self.http.get(self.url, params={**query, "echostr": echo})
        return response.text if response.status_code == httpx.codes.OK else None

    async def say(self, text: str) -> Shown:
        """Write a text."""
        return await self.send("text", {"Content": text})

    async def event(self, name: str, key: str = "") -> Shown:
        """Subscribe, scan, click and the like."""
        return await self.send("event", {"Event": name, **({"EventKey": key} if key else {})})

    async def send(self, kind: str, fields: Mapping[str, str]) -> Shown:
        """Write a message of any type."""
        return await self.deliver(self.message(kind, fields))

    def message(self, kind: str, fields: Mapping[str, str]) -> str:
        """The XML of a message."""
        head = {
            "ToUserName": self.account,
            "FromUserName": self.user,
            "CreateTime": str(int(time.time())),
            "MsgType": kind,
        }
        last = {} if kind == "event" else {"MsgId": str(next(self.ids))}
        return xml({**head, **fields, **last, **self.extra})

    async def deliver(self, message: str) -> Shown:
        """Deliver a message as the platform does, until it is answered or was tried three times."""
        begin = time.monotonic()
        query, body = self.request(message)
        for tries in range(1, TRIES + 1):
            try:
                response = await self.http.post(self.url, params=query, content=body, timeout=self.wait_s)
            except httpx.TransportError:
                continue
            if response.status_code != httpx.codes.OK:
                break
            shown = self.shown(response.text)
            return Shown(**{**vars(shown), "tries": tries, "seconds": time.monotonic() - begin})
        return Shown(UNAVAILABLE, tries=tries, seconds=time.monotonic() - begin)

    def request(self, message: str) -> tuple[dict[str, str], bytes]:
        """The address's parameters and the body that carry a message."""
        query = self.query("")
        if self.mode == PLAIN:
            return query, message.encode()
        sealed = Seal(self.aes_key, self.receiver).seal(message)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature(self.token, query["timestamp"], query["nonce"], sealed),
        }
        if self.mode == COMPATIBLE:
            return query, message.replace("</xml>", f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>").encode()
        return query, xml({"ToUserName": self.account, "Encrypt": sealed}).encode()

    def query(self, nonce: str) -> dict[str, str]:
        """Signed parameters, with a nonce of their own unless one is given."""
        stamp, nonce = str(int(time.time())), nonce or str(secrets.randbelow(10**10))
        signed = signature(self.token, stamp, nonce)
        return {"signature": signed, "timestamp": stamp, "nonce": nonce, "openid": self.user}

    def shown(self, body: str) -> Shown:
        """What a body of 200 means to the phone; NotGenuine, NotAMessage where the platform could not read it."""
        if body in ("", "success"):
            return Shown(NOTHING)
        root = read_xml(body)
        if "Encrypt" in root:
            parts = (str(root[name]) for name in ("TimeStamp", "Nonce", "Encrypt"))
            check_signature(str(root["MsgSignature"]), self.token, *parts)
            root = read_xml(Seal(self.aes_key, self.receiver).open(str(root["Encrypt"])))
        return _of_reply(root)


def xml(fields: Mapping[str, str]) -> str:
    """Elements as the platform writes them."""
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


def _of_reply(root: Mapping[str, object]) -> Shown:
    kind, articles, inner = str(root.get("MsgType")), root.get("Articles"), root.get("Text")
    if kind == "news" and isinstance(articles, Mapping):
        item = articles["item"]
        return Shown(kind, str(item["Description"] or ""), str(item["Title"]), str(item["Url"]))
    if isinstance(inner, Mapping):  # as robots reply
        return Shown(kind, str(inner.get("Content") or ""))
    return Shown(kind, str(root.get("Content") or ""))
