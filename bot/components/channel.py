"""Rasa's REST channel for the edge alone: with a key, with an end to every turn, and honest about what failed.

Rasa's own answers 200 with whatever it has on any error, logs the text of the message, believes any caller and holds
on to a turn for minutes after nobody waits for it.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import jieba
import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components.action_replies import check_schema_once
from bot.components.tracker_store import watch_failures
from bot.logs import HEADER, KEY, begin_request, configure_logs, frames

log = structlog.get_logger("bot.channel")

_GLANCE_S = 0.1
_Take = Callable[[UserMessage], Awaitable[Any]]


class EdgeInput(InputChannel):
    """`POST /webhooks/rest/webhook` and, for whether a turn could be taken now, `GET /webhooks/rest/`."""

    def __init__(self, key: str, patience_s: float) -> None:
        self._bearer = f"Bearer {key}"
        self._patience_s = patience_s

    @classmethod
    def name(cls) -> str:
        """The name it has in the address and in trackers."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> EdgeInput:
        """The channel as `credentials.yml` describes it; RasaException where it would be open to anyone."""
        given = credentials or {}
        if not given.get("key"):
            raise RasaException("credentials.yml: the channel needs a key")
        configure_logs("rasa", str(given.get("log_level", "info")))
        jieba.setLogLevel(logging.WARNING)  # it has a handler of its own
        check_schema_once()
        return cls(str(given["key"]), float(given["patience_s"]))

    def blueprint(self, on_new_message: _Take) -> Blueprint:
        """The routes, for Rasa to register."""
        routes = Blueprint("edge_input")

        async def ready(request: Request) -> HTTPResponse:
            return response.empty(self._refusal(request) or (200 if request.app.ctx.agent.is_ready() else 503))

        async def receive(request: Request) -> HTTPResponse:
            refusal = self._refusal(request)
            return response.empty(refusal) if refusal else await self._take(request, on_new_message)

        routes.add_route(ready, "/", methods=["GET"])
        routes.add_route(receive, "/webhook", methods=["POST"])
        return routes

    def _refusal(self, request: Request) -> int | None:
        given = request.headers.get("Authorization", "")
        return None if hmac.compare_digest(given.encode(), self._bearer.encode()) else 401

    async def _take(self, request: Request, take: _Take) -> HTTPResponse:
        request_id = begin_request(request.headers.get(HEADER))
        collector = CollectingOutputChannel()
        said, sender = request.json["message"], request.json["sender"]
        message = UserMessage(said, collector, sender, input_channel=self.name(), metadata={KEY: request_id})
        failures = watch_failures()
        try:
            async with asyncio.timeout(self._patience_s):
                await _until_ready(request)
                await take(message)
        except TimeoutError:
            log.error("turn_too_slow")
            return response.empty(504)
        except Exception as error:  # whatever it is, the edge must not take what there is so far for a reply
            log.error("turn_failed", error=type(error).__name__, frames=frames(error.__traceback__))
            return response.empty(500)
        if failures:
            log.error("tracker_store_failed", steps=failures)
            return response.empty(503)
        log.info("turn", messages=len(collector.messages))
        return response.json(collector.messages)


async def _until_ready(request: Request) -> None:
    """A worker without a model would end every turn at once, with nothing, and so draw all turns to itself."""
    while not request.app.ctx.agent.is_ready():
        await asyncio.sleep(_GLANCE_S)
