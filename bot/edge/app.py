"""The public service as an ASGI app; `bot.edge.serve` runs it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.edge.api import WidgetApi
from bot.edge.behind import Behind
from bot.edge.bundle import DIST_DIR, Bundle, load_bundle
from bot.edge.clients import Clients
from bot.edge.exchanges import Exchanges
from bot.edge.headers import SecurityHeaders
from bot.edge.health import Health
from bot.edge.journal import Journal, JournalError
from bot.edge.lanes import Lanes
from bot.edge.later import Later
from bot.edge.limits import SendLimits
from bot.edge.once import OnceOnly
from bot.edge.opening import Opening
from bot.edge.page import Pages
from bot.edge.problem import ProblemHandlers, Refusal
from bot.edge.rasa import Rasa, http_client
from bot.edge.requests import RequestIds
from bot.edge.rest import RestChannel
from bot.edge.retention import swept
from bot.edge.sessions import Sessions, internal_key, load_secret
from bot.edge.switch import Switch
from bot.edge.turn import Turns
from bot.edge.wechat.channel import Content, WeChat, load_content, running_wechat
from bot.edge.wechat.pages import PageLinks
from bot.edge.wording import Wording, load_wording
from bot.settings import Settings
from bot.shared import Shared

log = structlog.get_logger("edge")


@dataclass(frozen=True)
class Parts:
    """What the routes work with while the app runs."""

    rest: RestChannel
    widget: WidgetApi
    wechat: WeChat
    health: Health
    console: Behind


def create_app(settings: Settings | None = None) -> Starlette:
    """The app for `settings`, by default those of the environment. Opens nothing until it is started.

    Raises SettingsError, WordingError or BundleError, in Chinese, where the service could not work as configured.
    """
    settings = settings or Settings.from_env(os.environ)
    wording = load_wording(settings)
    bundle = load_bundle()
    pages = Pages(settings, bundle)
    content = load_content(settings)
    problems = ProblemHandlers(wording.problems)
    journal = Journal(settings.database_url)
    switch = Switch(journal)
    opening = Opening(settings, switch)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _running(settings, wording, content, journal, switch) as parts:
            app.state.parts = parts
            yield

    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/examples", pages.examples),
            Route("/worker.js", pages.worker),
            Route("/widget.js", _loader),
            Mount("/api", routes=_widget_routes(opening), middleware=[_sharing(settings)]),
            Route("/webhooks/rest/webhook", _rest, methods=["POST"]),
            Route("/wechat", _wechat, methods=["GET", "POST"]),
            Route("/wecom", _wecom, methods=["GET", "POST"]),
            *(Route(path, _console, methods=["GET", "POST"]) for path in ("/console", "/console/{rest:path}")),
            *(Route(path, _live) for path in ("/healthz", "/health")),
            *(Route(path, _ready) for path in ("/readyz", "/ready")),
            Mount("/static", StaticFiles(directory=DIST_DIR)),
        ],
        middleware=[Middleware(RequestIds), Middleware(SecurityHeaders, **_policy(settings, bundle))],
        exception_handlers={
            Refusal: problems.refused,
            HTTPException: problems.http,
            Exception: problems.broken,
        },
        lifespan=lifespan,
    )


@asynccontextmanager
async def _running(
    settings: Settings, wording: Wording, content: Content | None, journal: Journal, switch: Switch
) -> AsyncIterator[Parts]:
    """The parts of a running app: one HTTP client, and the journal, closed in the end."""
    secret = await run_in_threadpool(load_secret, settings)
    try:
        await run_in_threadpool(journal.check)
    except JournalError as error:
        # Start all the same: citizens get the hotline, /readyz says what is wrong, and the next use opens again.
        log.error("journal_not_open", error=str(error))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(swept(journal, settings.journal_days))
        later = await stack.enter_async_context(Later().caught_up())
        shared = await stack.enter_async_context(_shared(settings))
        lanes = await stack.enter_async_context(Lanes(shared, settings.turn_timeout_s).renewed())
        http = await stack.enter_async_context(http_client())
        rasa = Rasa(http, settings.rasa_url, settings.turn_timeout_s, settings.internal_key)
        turns = Turns(rasa, journal, lanes, later, switch, wording.replies, settings.max_message_chars)
        limits = SendLimits(settings, shared)
        exchanges = Exchanges(journal)
        once = OnceOnly(turns, exchanges, later, settings.turn_timeout_s)
        sessions = Sessions(secret)
        pages = PageLinks(settings.public_url, sessions, exchanges)
        async with running_wechat(settings, content, turns, limits, pages) as wechat:
            yield Parts(
                rest=RestChannel(turns, Clients(settings.rest_keys), limits, settings.max_body_bytes),
                widget=WidgetApi(sessions, once, exchanges, turns, limits, settings.max_body_bytes),
                wechat=wechat,
                health=Health(http, settings, journal, switch, shared),
                console=Behind(http, settings, internal_key(settings)),
            )
        await once.finish()
    await run_in_threadpool(journal.close)


@asynccontextmanager
async def _shared(settings: Settings) -> AsyncIterator[Shared | None]:
    """What the edges share, None where one is alone."""
    shared = Shared(settings.redis_url) if settings.redis_url else None
    yield shared
    if shared is not None:
        await shared.close()


def _policy(settings: Settings, bundle: Bundle) -> dict[str, Any]:
    secure = settings.public_url.startswith("https:")
    return {"style_hash": bundle.style_hash, "origins": settings.allowed_origins, "https": secure}


def _widget_routes(opening: Opening) -> list[Route]:
    return [
        Route("/opening", opening.opening),
        Route("/matters", opening.matters),
        Route("/session", _of_widget(WidgetApi.begin), methods=["POST"]),
        Route("/session/history", _of_widget(WidgetApi.history), methods=["GET"]),
        Route("/session/history", _of_widget(WidgetApi.forget), methods=["DELETE"]),
        Route("/messages", _of_widget(WidgetApi.message), methods=["POST"]),
        Route("/feedback", _of_widget(WidgetApi.feedback), methods=["POST"]),
    ]


def _sharing(settings: Settings) -> Middleware:
    """Lets scripts of the allowed origins use the widget's interface; no cookie is involved."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins.split(),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After"],
        max_age=3600,
    )


def _of_widget(
    method: Callable[[WidgetApi, Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await method(_parts(request).widget, request)

    return endpoint


async def _loader(_request: Request) -> Response:
    return FileResponse(DIST_DIR / "widget.js")


def _parts(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


async def _rest(request: Request) -> Response:
    return await _parts(request).rest.receive(request)


async def _wechat(request: Request) -> Response:
    return await _parts(request).wechat.official(request)


async def _wecom(request: Request) -> Response:
    return await _parts(request).wechat.enterprise(request)


async def _console(request: Request) -> Response:
    return await _parts(request).console.pass_on(request)


async def _live(request: Request) -> Response:
    return await _parts(request).health.live(request)


async def _ready(request: Request) -> Response:
    return await _parts(request).health.ready(request)
