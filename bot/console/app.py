"""The console as an ASGI app, served by `bot.console.serve` behind the edge, which passes on what asks for /console."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console.access import HOME, ROOT, Access, OnlyTheEdge
from bot.console.accounts import Accounts
from bot.console.cluster import ClusterPages
from bot.console.deciding import Deciding
from bot.console.effects import Effects
from bot.console.entrance import Entrance
from bot.console.figures import Figures
from bot.console.guides import Guides
from bot.console.headers import ConsoleHeaders
from bot.console.jobs import Jobs
from bot.console.pages import STATIC, Pages
from bot.console.publishing import Publishing
from bot.console.records import Records
from bot.console.review import Review
from bot.console.roles import Role
from bot.console.seal import Seal
from bot.console.words import Words
from bot.edge.journal import Journal, JournalError
from bot.edge.requests import RequestIds
from bot.edge.sessions import internal_key, load_secret
from bot.learn.release.store import Releases
from bot.settings import Settings

log = structlog.get_logger("console")

SECTIONS = ("review", "releases", "figures", "records")  # the pages of the navigation, in their order


def create_app(settings: Settings | None = None, jobs: Jobs | None = None) -> Starlette:
    """The app for `settings`, by default those of the environment. Opens nothing until it is asked something."""
    settings = settings or Settings.from_env(os.environ)
    journal = Journal(settings.database_url)
    jobs = jobs or Jobs(journal)
    words, guides, releases = Words.load(settings.data_dir), Guides(settings.guides_dir), Releases()
    pages, accounts, seal = Pages(words, guides, SECTIONS), Accounts(journal), Seal(load_secret(settings))
    access = Access(accounts, seal, pages)
    deciding = Deciding(journal, settings, guides, words, pages.notes)
    entrance = Entrance(accounts, journal, seal, pages, settings.public_url.startswith("https:"))
    review = Review(journal, deciding, access, pages)
    cluster = ClusterPages(journal, deciding, Effects(settings), access, pages)
    publishing = Publishing(journal, releases, jobs, access, pages)
    records = Records(journal, releases, access, pages)
    figures = Figures(settings, journal, guides, access, pages)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            await run_in_threadpool(jobs.recover)
        except JournalError as error:
            log.error("journal_not_open", error=str(error))
        yield
        await run_in_threadpool(jobs.stop)
        await run_in_threadpool(journal.close)

    return Starlette(
        routes=[
            Route("/healthz", _live),
            Mount(f"{ROOT}/static", StaticFiles(directory=STATIC)),
            Route(f"{ROOT}/sign-in", entrance.page),
            Route(f"{ROOT}/sign-in", entrance.enter, methods=["POST"]),
            Route(f"{ROOT}/sign-out", access.to(entrance.leave), methods=["POST"]),
            *_review_routes(access, review, cluster),
            *_publishing_routes(access, publishing),
            *_figures_routes(access, figures),
            Route(f"{ROOT}/records", access.to(records.list)),
            Route(ROOT, _home),
            Route(f"{ROOT}/", _home),
        ],
        middleware=[
            Middleware(RequestIds),
            Middleware(ConsoleHeaders),
            Middleware(OnlyTheEdge, key=internal_key(settings)),
        ],
        exception_handlers={HTTPException: _http(words), Exception: _broken(words)},
        lifespan=lifespan,
    )


def _review_routes(access: Access, review: Review, cluster: ClusterPages) -> list[Route]:
    one = f"{HOME}/{{cluster}}"
    return [
        Route(HOME, access.to(review.list)),
        Route(HOME, access.to(review.many), methods=["POST"]),
        Route(f"{ROOT}/undo", access.to(review.undo), methods=["POST"]),
        Route(one, access.to(cluster.page)),
        Route(one, access.to(cluster.decide), methods=["POST"]),
        Route(f"{one}/effect", access.to(cluster.effect), methods=["POST"]),
        Route(f"{one}/arrange", access.to(cluster.arrange), methods=["POST"]),
    ]


def _figures_routes(access: Access, figures: Figures) -> list[Route]:
    return [
        Route(f"{ROOT}/figures", access.to(figures.overview)),
        Route(f"{ROOT}/figures/plots", access.to(figures.plots)),
        Route(f"{ROOT}/figures/{{name}}.csv", access.to(figures.table)),
    ]


def _publishing_routes(access: Access, publishing: Publishing) -> list[Route]:
    only = Role.PUBLISHER
    return [
        Route(f"{ROOT}/releases", access.to(publishing.list)),
        Route(f"{ROOT}/releases/{{release}}", access.to(publishing.one)),
        Route(f"{ROOT}/confirm", access.to(publishing.confirm, only)),
        Route(f"{ROOT}/promote", access.to(publishing.promote, only), methods=["POST"]),
        Route(f"{ROOT}/rollback", access.to(publishing.rollback, only), methods=["POST"]),
        Route(f"{ROOT}/jobs", access.to(publishing.start), methods=["POST"]),
        Route(f"{ROOT}/jobs/{{job:int}}", access.to(publishing.job)),
    ]


async def _live(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _home(_request: Request) -> Response:
    return RedirectResponse(HOME, 303)


def _http(words: Words) -> Any:
    async def told(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return PlainTextResponse(words.say("refused.no_page" if status == 404 else "refused.method"), status)

    return told


def _broken(words: Words) -> Any:
    async def told(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse(words.say("refused.broken"), 500)

    return told
