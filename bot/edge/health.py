"""Two questions of whoever runs the service: does the edge live, and could it answer a citizen now?"""

from __future__ import annotations

import asyncio

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.edge.journal import Journal, JournalError
from bot.edge.rasa import internal_headers
from bot.edge.switch import Switch
from bot.settings import Settings
from bot.shared import Shared

_PATIENCE_S = 2.0


class Health:
    """`/healthz` and `/readyz`, or `/health` and `/ready`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        settings: Settings,
        journal: Journal,
        switch: Switch,
        shared: Shared | None = None,
    ) -> None:
        self._http = http
        self._headers = internal_headers(settings.internal_key)
        self._addresses = {  # each says more than that something listens there: the model is loaded, the key is right
            "rasa": f"{settings.rasa_url}/webhooks/rest/",
            "actions": f"{settings.actions_url}/actions",
        }
        self._journal = journal
        self._switch = switch
        self._shared = shared

    async def live(self, _request: Request) -> Response:
        """200 while the edge runs, whatever is behind it."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> Response:
        """200 if all that a turn needs can be reached, else 503; `checks` names each part. Redis may lack."""
        names = [*self._addresses, "journal"]
        asked = (*(self._reachable(url) for url in self._addresses.values()), self._journal_open())
        checks = dict(zip(names, await asyncio.gather(*asked), strict=True))
        ready = all(checks.values())
        if self._shared is not None:
            checks["redis"] = await self._shared.answers()
        body = {
            "status": "ready" if ready else "not_ready",
            "checks": {name: "ok" if fine else "unreachable" for name, fine in checks.items()},
            "service": "on" if await self._switch.is_on() else "off",
        }
        return JSONResponse(body, 200 if ready else 503)

    async def _reachable(self, url: str) -> bool:
        try:
            response = await self._http.get(url, headers=self._headers, timeout=_PATIENCE_S)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def _journal_open(self) -> bool:
        try:
            await run_in_threadpool(self._journal.check)
        except JournalError:
            return False
        return True
