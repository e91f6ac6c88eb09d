"""The body of a request as JSON, read no further than allowed."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from bot.edge.problem import Refusal


async def json_object(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object that was sent; Refusal for anything else, or for more than `limit` bytes."""
    try:
        value = json.loads(await read_body(request, limit))
    except (ValueError, RecursionError):
        raise Refusal(400, "not_json") from None
    if not isinstance(value, dict):
        raise Refusal(400, "not_json")
    return value


async def read_body(request: Request, limit: int) -> bytes:
    """What was sent; Refusal for more than `limit` bytes, or where it broke off."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise Refusal(413, "too_large")
    except ClientDisconnect:
        raise Refusal(400, "not_json") from None
    return bytes(body)
