"""The console behind the edge: what begins with /console is passed on as it is, and its answer back."""

from __future__ import annotations

import httpx
from starlette.requests import Request
from starlette.responses import Response

from bot.edge.body import read_body
from bot.edge.problem import Refusal
from bot.edge.rasa import internal_headers
from bot.logs import HEADER, current_request
from bot.settings import Settings

_MAX_BYTES = 65_536
_PATIENCE_S = 120.0  # telling the effect of a decision takes a while
_TO = ("accept", "content-type", "cookie")
_BACK = (
    *("content-type", "location", "set-cookie", "cache-control", "content-security-policy", "x-frame-options"),
    *("permissions-policy", "etag", "last-modified"),
)


class Behind:
    """Passes requests on. The console knows by the internal key that it is the edge who asks, and for whom."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings, key: str) -> None:
        self._http = http
        self._url = settings.console_url
        self._key = internal_headers(key)

    async def pass_on(self, request: Request) -> Response:
        """The console's answer; Refusal 404 where there is none, 503 where it does not answer."""
        if not self._url:
            raise Refusal(404, "not_found")
        headers = {name: value for name in _TO if (value := request.headers.get(name)) is not None}
        headers |= {**self._key, "X-Forwarded-For": request.client.host if request.client else ""}
        headers |= {HEADER: current_request() or ""}
        path = request.scope["raw_path"].decode("latin-1")  # as it was sent: an escaped question mark stays one
        query = f"?{request.url.query}" if request.url.query else ""
        try:
            answer = await self._http.request(
                request.method,
                f"{self._url}{path}{query}",
                content=await read_body(request, _MAX_BYTES),
                headers=headers,
                timeout=_PATIENCE_S,
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Refusal(503, "no_console") from None
        response = Response(answer.content, answer.status_code)
        for name, value in answer.headers.multi_items():
            if name in _BACK:
                response.raw_headers.append((name.encode(), value.encode("latin-1")))
        return response
