"""企业微信 over the same crypto and desks: its applications and its groups' robots."""

from __future__ import annotations

from typing import Any

from bot.edge.wechat.accounts import cdata, reply_xml
from bot.edge.wechat.api import Api, ApiError, Sent
from bot.edge.wechat.messages import Received
from bot.edge.wechat.parts import CARD, Part


class Application:
    """An application of 企业微信: replies as the Official Account does, and writes where it has a secret."""

    channel = "wecom"

    def __init__(self, api: Api | None, agent_id: str) -> None:
        self._api = api
        self._agent_id = agent_id

    @property
    def can_send(self) -> bool:
        """See Account."""
        return self._api is not None and bool(self._agent_id)

    def send(self, user: str, part: Part) -> None:
        """See Account: a message of the application."""
        assert self._api is not None
        content = _news(part) if part.kind == CARD else {"msgtype": "text", "text": {"content": part.text}}
        self._api.post("message/send", {"touser": user, "agentid": int(self._agent_id), **content})

    def reply(self, message: Received, part: Part) -> str:
        """See Account."""
        return reply_xml(message, part)


class Robot:
    """A robot in a group of 企业微信: it only replies, in a form of its own."""

    channel = "wecom-robot"
    can_send = False

    def send(self, user: str, part: Part) -> None:
        """See Account: never, as `can_send` says."""
        raise ApiError(None, Sent.NOT_THIS_ACCOUNT)

    def reply(self, _message: Received, part: Part) -> str:
        """See Account."""
        text = "\n".join(filter(None, (part.title if part.kind == CARD else "", part.text, part.url)))
        return f"<xml><MsgType>text</MsgType><Text><Content><![CDATA[{cdata(text)}]]></Content></Text></xml>"


def _news(part: Part) -> dict[str, Any]:
    return {
        "msgtype": "news",
        "news": {"articles": [{"title": part.title, "description": part.text, "url": part.url}]},
    }
