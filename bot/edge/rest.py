"""The REST channel: Rasa's body and Rasa's list of messages, but nothing a client sends is trusted."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.edge.body import json_object
from bot.edge.clients import Clients
from bot.edge.limits import SendLimits
from bot.edge.problem import Refusal
from bot.edge.turn import Incoming, Turns

CHANNEL = "rest"
_MAX_SENDER_CHARS = 128


class RestChannel:
    """`POST /webhooks/rest/webhook`: verified, limited, then taken as a turn. No client reaches another's senders."""

    def __init__(self, turns: Turns, clients: Clients, limits: SendLimits, max_body_bytes: int) -> None:
        self._turns = turns
        self._clients = clients
        self._limits = limits
        self._max_body_bytes = max_body_bytes

    async def receive(self, request: Request) -> Response:
        """The reply as a list of messages; raises Refusal for what is not a message, or one too many."""
        client = self._clients.name(request.headers.get("authorization"))
        sender, message = _said(await json_object(request, self._max_body_bytes))
        incoming = Incoming(CHANNEL, f"{client}:{sender}" if client else sender, message)
        address = request.client.host if request.client else ""
        wait_s = await self._limits.wait_s(incoming.conversation, address, client)
        if wait_s:
            raise Refusal(429, "too_many", {"Retry-After": str(wait_s)})
        reply = await self._turns.take(incoming)
        return JSONResponse(reply.to_rest(sender))


def _said(body: dict[str, Any]) -> tuple[str, str]:
    """Sender and message of a body. Other keys of Rasa's protocol (input_channel, metadata) are not for the public."""
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not _is_sender(sender):
        raise Refusal(400, "bad_sender")
    if not isinstance(message, str):
        raise Refusal(400, "bad_message")
    return sender, message


def _is_sender(sender: str) -> bool:
    return 1 <= len(sender) <= _MAX_SENDER_CHARS and sender.isprintable() and not any(map(str.isspace, sender))
