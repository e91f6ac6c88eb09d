"""The public service as an ASGI app: `uvicorn --factory bot.edge.app:create_app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.edge.headers import SecurityHeaders
from bot.edge.health import Health
from bot.edge.journal import Journal, JournalError
from bot.edge.limits import SendLimits
from bot.edge.logs import configure_logs
from bot.edge.page import WIDGET_DIR, Page
from bot.edge.problem import ProblemHandlers, Refusal
from bot.edge.rasa import Rasa, http_client
from bot.edge.rest import RestChannel
from bot.edge.turn import Turns
from bot.edge.wechat.channel import Content, WeChat, load_content, running_wechat
from bot.edge.wording import Wording, load_wording
from bot.settings import Settings

log = structlog.get_logger("edge")


@dataclass(frozen=True)
class Parts:
    """What the routes work with while the app runs."""

    rest: RestChannel
    wechat: WeChat
    health: Health


def create_app(settings: Settings | None = None) -> Starlette:
    """The app for `settings`, by default those of the environment. Opens nothing until it is started.

    Raises SettingsError or WordingError, in Chinese, where the service could not work as configured.
    """
    settings = settings or Settings.from_env(os.environ)
    wording = load_wording(settings)
    content = load_content(settings)
    problems = ProblemHandlers(wording.problems)
    configure_logs(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _running(settings, wording, content) as parts:
            app.state.parts = parts
            yield

    return Starlette(
        routes=[
            Route("/", Page(settings).show),
            Route("/webhooks/rest/webhook", _rest, methods=["POST"]),
            Route("/wechat", _wechat, methods=["GET", "POST"]),
            Route("/wecom", _wecom, methods=["GET", "POST"]),
            Route("/healthz", _live),
            Route("/readyz", _ready),
            Mount("/static", StaticFiles(directory=WIDGET_DIR)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={
            Refusal: problems.refused,
            HTTPException: problems.http,
            Exception: problems.broken,
        },
        lifespan=lifespan,
    )


@asynccontextmanager
async def _running(settings: Settings, wording: Wording, content: Content | None) -> AsyncIterator[Parts]:
    """The parts of a running app: one HTTP client, one journal, closed in the end."""
    journal = Journal(settings.database_url)
    try:
        await run_in_threadpool(journal.check)
    except JournalError as error:
        # Start all the same: citizens get the hotline, /readyz says what is wrong, and the next use opens again.
        log.error("journal_not_open", error=str(error))
    async with http_client() as http:
        rasa = Rasa(http, settings.rasa_url, settings.turn_timeout_s)
        turns = Turns(rasa, journal, wording.replies, settings.max_message_chars)
        async with running_wechat(settings, content, turns) as wechat:
            yield Parts(
                rest=RestChannel(turns, SendLimits(settings), settings.max_body_bytes),
                wechat=wechat,
                health=Health(http, settings.rasa_url, settings.actions_url, journal),
            )
    await run_in_threadpool(journal.close)


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


async def _live(request: Request) -> Response:
    return await _parts(request).health.live(request)


async def _ready(request: Request) -> Response:
    return await _parts(request).health.ready(request)
