"""Following the live release: its engine is loaded beside the one in use, and each call gets the one its model has.

Rasa fetches the model itself, from `/model` here, once the engine that belongs to it is loaded. A call carries its
model's mark in the domain, so a turn that began under one release ends under it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextvars import ContextVar
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file
from sanic.response import json as to_json

from actions.shared import Shared, load, serve_from
from bot.learn.model import MARK
from bot.learn.problem import LearnError
from bot.learn.release.store import Release, Releases
from bot.settings import Settings
from index.manifest import IndexProblem

_EVERY_S = 1.0
_KEPT = 2  # the live one, and the one before it, whose turns may still be under way
logger = logging.getLogger("actions")
_mark: ContextVar[str] = ContextVar("mark", default="")


class Live:
    """The engines of the live release and of the one before it, by their models' marks."""

    def __init__(self, settings: Settings, release: Release | None, first: Shared) -> None:
        self._settings = settings
        self.release = release
        self._engines = {release.mark if release else "": first}
        self._failed = ""

    def chosen(self) -> Shared:
        """What belongs to the call under way; the newest where its model is not known here."""
        return self._engines.get(_mark.get()) or next(reversed(self._engines.values()))

    async def follow(self, releases: Releases) -> None:
        """Look once whether another release went live, and load it; one that cannot be loaded is left alone."""
        release = await asyncio.to_thread(releases.current)
        if release is None or release == self.release:
            self._failed = ""
            return
        if release.id == self._failed:
            return
        try:
            await asyncio.to_thread(release.verify)
            self.adopt(release, await asyncio.to_thread(load, release.settings(self._settings)))
        except (LearnError, IndexProblem, OSError, ValueError) as problem:
            self._failed = release.id
            logger.error("release %s cannot be served: %s", release.id, problem)

    def adopt(self, release: Release, engine: Shared) -> None:
        """From now on this is the live one; of those before, the last is kept."""
        self._engines.pop(release.mark, None)
        self._engines[release.mark] = engine
        for mark in list(self._engines)[:-_KEPT]:
            del self._engines[mark]
        self.release = release
        logger.info("release %s is live", release.id)


def add_to(app: Sanic, live: Live, releases: Releases) -> None:
    """Let the app follow: mark each call, give Rasa its model, look for another release every second."""
    serve_from(live.chosen)

    async def mark(request: Request) -> None:
        if request.path == "/webhook":
            _mark.set(mark_of(request.json))

    async def sign(request: Request, response: HTTPResponse) -> HTTPResponse:
        return signed(response, _mark.get()) if request.path == "/webhook" and _mark.get() else response

    async def model(request: Request) -> HTTPResponse:
        release = live.release
        if release is None or request.headers.get("if-none-match") == release.id:
            return empty(204)
        return await file(release.model, headers={"ETag": release.id, "filename": release.model.name})

    async def follow(_app: Sanic) -> None:
        while True:
            try:
                await live.follow(releases)
            except LearnError as problem:  # a pointer that leads nowhere: the next look may find it mended
                logger.error("no live release: %s", problem)
            await asyncio.sleep(_EVERY_S)

    app.register_middleware(mark, "request")
    app.register_middleware(sign, "response")
    app.add_route(model, "/model")
    app.add_task(follow)


def signed(response: HTTPResponse, mark: str) -> HTTPResponse:
    """The reply to a call, each response in it with the mark: Rasa then says it in that model's words."""
    body = json.loads(response.body or b"null")
    said = body.get("responses") if isinstance(body, dict) else None
    if not said:
        return response
    marked = [{**one, "mark": mark} if one.get("response") else one for one in said]
    return to_json({**body, "responses": marked}, response.status)


def mark_of(call: Any) -> str:
    """The mark of the model that a call comes from; empty where it has none."""
    try:
        found = call["domain"]["responses"][MARK][0]["text"]
    except (KeyError, IndexError, TypeError):
        return ""
    return found if isinstance(found, str) else ""
