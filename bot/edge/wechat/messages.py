"""What the platform delivers: one flat XML document, read without entities, as one frozen object."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

EVENT = "event"
_ID = re.compile(r"[A-Za-z0-9_@.\-]{1,64}")
_MENTION = re.compile(r"^@\S+\s+")  # a robot's name, before what is said to it in a group
_MAX_MARKS = 2000  # of <, also among a citizen's words: the longest documented message has about sixty


class NotAMessage(Exception):
    """A body that is no message of the platform."""


@dataclass(frozen=True)
class Received:
    """One message or event. `type` is lower-case; `event` and `key` are empty for messages."""

    to: str
    user: str
    created: int
    type: str
    id: str = ""
    event: str = ""
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)  # the citizen's words are in here

    @property
    def identity(self) -> str:
        """What tells a message from every other and is the same in each of its deliveries; events have no MsgId."""
        told_by = self.id or f"{self.event}/{self.key}/{self.fields.get('MsgId', '')}"
        whole = "\n".join((self.to, self.user, str(self.created), self.type, told_by))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def read_xml(body: bytes | str) -> dict[str, Any]:
    """The elements under `<xml>`. NotAMessage for anything that is not plain, well-formed and small."""
    if (body.count(b"<") if isinstance(body, bytes) else body.count("<")) > _MAX_MARKS:
        raise NotAMessage
    try:
        parsed = xmltodict.parse(body, disable_entities=True, xml_attribs=False)
    except (ExpatError, ValueError, LookupError, RecursionError) as error:
        raise NotAMessage from error
    root = parsed.get("xml")
    if not isinstance(root, dict):
        raise NotAMessage
    return root


def received(root: Mapping[str, Any]) -> Received:
    """The message in the elements of a body. NotAMessage where what all messages have is missing or strange."""
    fields = {name: value for name, value in root.items() if isinstance(value, str)} | _of_robot(root)
    user, to = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    kind = fields.get("MsgType", "").lower()
    if not _ID.fullmatch(user) or not _is_number(fields.get("CreateTime", "0")) or not kind or len(kind) > 64:
        raise NotAMessage
    is_event = kind == EVENT
    return Received(
        to=to[:64],
        user=user,
        created=int(fields.get("CreateTime", "0")),
        type=kind,
        id="" if is_event else fields.get("MsgId", "")[:64],
        event=fields.get("Event", "").lower()[:64] if is_event else "",
        key=fields.get("EventKey", "")[:256] if is_event else "",
        fields=fields,
    )


def _of_robot(root: Mapping[str, Any]) -> dict[str, str]:
    """What 企业微信's group robots say one level deeper than all others."""
    found = {
        "FromUserName": _inside(root, "From", "UserId"),
        "Content": _MENTION.sub("", _inside(root, "Text", "Content")),
        "Event": _inside(root, "Event", "EventType"),
    }
    return {name: value for name, value in found.items() if value}


def _inside(root: Mapping[str, Any], outer: str, inner: str) -> str:
    value = root[outer].get(inner) if isinstance(root.get(outer), Mapping) else None
    return value if isinstance(value, str) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
