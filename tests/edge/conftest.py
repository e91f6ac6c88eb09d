"""The edge in process, before a fake Rasa that speaks real HTTP, with a journal of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from edge_client import DATA, Edge, Running
from fake_rasa import FakeRasa, serving

from bot.edge.app import create_app
from bot.settings import Settings


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[FakeRasa]:
    with serving() as fake:
        yield fake


@pytest.fixture
def rasa(rasa_server: FakeRasa) -> FakeRasa:
    rasa_server.reset()
    return rasa_server


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def settings(rasa: FakeRasa, database: Path) -> Settings:
    return Settings(
        rasa_url=rasa.url,
        actions_url=rasa.url,
        database_url=f"sqlite:///{database}",
        data_dir=DATA,
        secret="the secret of these tests",
        turn_timeout_s=5,
    )


@pytest.fixture
def rows(database: Path) -> Callable[[], list[dict[str, Any]]]:
    """Reads the journal as another program would: from the file."""

    def read() -> list[dict[str, Any]]:
        with sqlite3.connect(database) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("SELECT * FROM turns ORDER BY id")]

    return read


@pytest.fixture
def running(settings: Settings) -> Running:
    """Starts an edge with `settings`, changed as asked; `address` is whom requests come from."""

    @asynccontextmanager
    async def start(address: str = "127.0.0.1", **changes: Any) -> AsyncIterator[Edge]:
        app = create_app(replace(settings, **changes))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://edge") as client,
        ):
            yield Edge(client)

    return start
