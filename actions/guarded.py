"""The action server for Rasa alone: a key on everything but its health, a log line and a figure for each action."""

from __future__ import annotations

import hmac
import time
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.logs import KEY, begin_request

log = structlog.get_logger("actions")
ACTION_SECONDS = Histogram("guidebot_action_seconds", "Time that an action takes", ["action"])
_OPEN = ("/health",)


def guard(app: Sanic, key: str) -> None:
    """Let in only who shows `key`; log and measure what they ask for; `GET /metrics` for Prometheus."""
    bearer = f"Bearer {key}".encode()

    async def begin(request: Request) -> HTTPResponse | None:
        given = request.headers.get("Authorization", "").encode()
        if request.path not in _OPEN and not hmac.compare_digest(given, bearer):
            return response.empty(401)
        request.ctx.begin = time.perf_counter()
        return None

    async def end(request: Request, reply: HTTPResponse) -> None:
        if request.path != "/webhook" or not hasattr(request.ctx, "begin") or not isinstance(request.json, dict):
            return
        took_s = time.perf_counter() - request.ctx.begin
        action = str(request.json.get("next_action"))
        begin_request(_request_of(request.json))
        if reply.status == 200:
            ACTION_SECONDS.labels(action).observe(took_s)
        log.info("action", action=action, status=reply.status, latency_ms=round(took_s * 1000))

    async def metrics(_request: Request) -> HTTPResponse:
        return response.raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
    app.add_route(metrics, "/metrics")


def _request_of(call: dict[str, Any]) -> object:
    """The id that the edge gave the request, which Rasa keeps with the message."""
    message = (call.get("tracker") or {}).get("latest_message") or {}
    return (message.get("metadata") or {}).get(KEY)
