"""The console in process, over a copy of the project's own data, with a journal and two accounts."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from console_visits import CARD, CARDS, KEY, PASSWORD, TALK, TALKING, Browser

from bot.console import accounts as accounts_module
from bot.console.accounts import Accounts
from bot.console.app import create_app
from bot.console.roles import Role
from bot.edge.journal import Journal
from bot.learn.mine.cluster import Cluster, Member, Suggestion
from bot.learn.mine.run import keep
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
Visit = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashes, made with the least work."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts_module, "_hasher", lambda: hasher)
    accounts_module._nobody.cache_clear()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "guides"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settings(project: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{project}/journal.db", secret="the secret of these tests", internal_key=KEY
    )


@pytest.fixture
def journal(settings: Settings) -> Iterator[Journal]:
    opened = Journal(settings.database_url)
    evidence = {"reasons": {"fallback": 12}, "topicless": 0.1, "out_of_scope": 0.6, "guide_margin": 0.2}
    evidence |= {"guides": [{"guide": "g77", "probability": 0.2}], "guide_shares": [{"guide": "g77", "share": 0.5}]}
    evidence |= {"intents": [{"intent": "greet", "similarity": 0.3}], "intent_margin": 0.1, "meant": {"g77": 2}}
    cards = tuple(Member(text, 3, (f"请问{text}",)) for text in CARDS)
    talk = tuple(Member(text, 1) for text in TALK)
    keep(
        opened,
        [
            Cluster(CARD, CARDS[0], 12, cards, Suggestion("guide:g77"), evidence),
            Cluster(TALKING, TALK[0], 3, talk, Suggestion("new-intent:下棋", "utter_下棋"), evidence),
        ],
    )
    accounts = Accounts(opened)
    accounts.add("审核员", Role.REVIEWER, PASSWORD)
    accounts.add("publisher-1", Role.PUBLISHER, PASSWORD)
    yield opened
    opened.close()


@pytest.fixture
def visit(settings: Settings, journal: Journal) -> Visit:
    """A browser at a running console: `async with visit() as browser`; with a name, signed in."""

    @asynccontextmanager
    async def open_console(name: str = "", address: str = "203.0.113.7", **options: Any) -> AsyncIterator[Browser]:
        app = create_app(options.pop("settings", settings), **options)
        headers = {"Authorization": f"Bearer {KEY}", "X-Forwarded-For": address}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://console", headers=headers) as client,
        ):
            browser = Browser(client)
            if name:
                assert (await browser.sign_in(name)).status_code == 303
            yield browser

    return open_console
