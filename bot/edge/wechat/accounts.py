"""What differs between the platforms once a request is verified: how a reply is written, and how a message is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wechatpy.replies import ArticlesReply, TextReply, TransferCustomerServiceReply

from bot.edge.wechat.api import Api
from bot.edge.wechat.messages import Received
from bot.edge.wechat.parts import CARD, MENU, TRANSFER, Part, size

_MAX_HEAD_BYTES = 1000
_CDATA_END = "]]>"


class Account(Protocol):
    """One account of a platform."""

    channel: str

    @property
    def can_send(self) -> bool:
        """Whether it may write to citizens at all beside replying."""

    def send(self, user: str, part: Part) -> None:
        """Write to a citizen. Blocks; ApiError."""

    def reply(self, message: Received, part: Part) -> str:
        """The XML that replies to a message with a part."""


class OfficialAccount:
    """A WeChat Official Account; without an `api` it only replies."""

    channel = "wechat"

    def __init__(self, api: Api | None) -> None:
        self._api = api

    @property
    def can_send(self) -> bool:
        """See Account."""
        return self._api is not None

    def send(self, user: str, part: Part) -> None:
        """See Account: a customer-service message."""
        assert self._api is not None
        self._api.post("message/custom/send", {"touser": user, **_content(part)})

    def reply(self, message: Received, part: Part) -> str:
        """See Account."""
        return reply_xml(message, part)


def reply_xml(message: Received, part: Part) -> str:
    """A passive reply as the platforms read it."""
    ends: dict[str, Any] = {"source": message.to, "target": message.user}
    kinds: Mapping[str, Callable[[], Any]] = {
        CARD: lambda: ArticlesReply(articles=[_article(part, cdata)], **ends),
        TRANSFER: lambda: TransferCustomerServiceReply(**ends),
    }
    reply = kinds[part.kind]() if part.kind in kinds else TextReply(content=cdata(part.text), **ends)
    return str(reply.render())


def _content(part: Part) -> dict[str, Any]:
    if part.kind == CARD:
        article = _article(part, str)
        return {"msgtype": "news", "news": {"articles": [{**article, "picurl": article.pop("image")}]}}
    if part.kind == MENU and size(part.title) <= _MAX_HEAD_BYTES:
        options = [{"id": str(number), "content": title} for number, title in enumerate(part.options, 1)]
        return {"msgtype": "msgmenu", "msgmenu": {"head_content": part.title, "list": options, "tail_content": ""}}
    return {"msgtype": "text", "text": {"content": part.text}}


def _article(part: Part, safe: Callable[[str], str]) -> dict[str, str]:
    return {"title": safe(part.title), "description": safe(part.text), "image": "", "url": safe(part.url)}


def cdata(text: str) -> str:
    """`text` for the inside of a CDATA section, which wechatpy writes without looking at it."""
    return text.replace(_CDATA_END, "]]]]><![CDATA[>")
