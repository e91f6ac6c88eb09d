"""Refusals: a JSON error in Chinese that says what is wrong and what to do, always with a phone number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.edge.metrics import REFUSALS
from bot.edge.wording import Problems

_CODE_OF_STATUS = {404: "not_found", 405: "not_allowed", 413: "too_large"}


class Refusal(Exception):
    """A request that goes no further: an HTTP status and the code of a problem in the wording file."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


class ProblemHandlers:
    """Turns exceptions into `{"error": {"code", "message", "remedy"}}`."""

    def __init__(self, problems: Problems) -> None:
        self._problems = {item.name: getattr(problems, item.name) for item in fields(problems)}

    async def refused(self, _request: Request, error: Exception) -> Response:
        """The answer to a Refusal."""
        assert isinstance(error, Refusal)
        return self._response(error.status, error.code, error.headers)

    async def http(self, _request: Request, error: Exception) -> Response:
        """The answer to what the framework refuses: unknown paths, wrong methods."""
        assert isinstance(error, HTTPException)
        return self._response(error.status_code, _CODE_OF_STATUS.get(error.status_code, "internal"), error.headers)

    async def broken(self, _request: Request, _error: Exception) -> Response:
        """The answer where a request broke outside a turn; the framework logs the error."""
        return self._response(500, "internal")

    def _response(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> Response:
        REFUSALS.labels(code).inc()
        problem = self._problems[code]
        error = {"code": code, "message": problem.message, "remedy": problem.remedy}
        return JSONResponse({"error": error}, status, dict(headers or {}))
