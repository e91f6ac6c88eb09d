"""The edge with its WeChat channels on a real port, before a fake Rasa, with WeChat's API on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import httpx
import pytest
from fake_rasa import FakeRasa, serving
from wechat_parts import AES_KEY, APP_ID, CORP_ID, DATA, GUIDES, SECRET, TOKEN, Edge, Phones, RunningEdge, new_port

from bot.cli.wechat_platform import Platform, serving_platform
from bot.edge.wechat import channel
from bot.settings import Settings


@pytest.fixture(scope="session")
def wechat_rasa_server() -> Iterator[FakeRasa]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="session", autouse=True)
def guides_read_once() -> Iterator[None]:
    """Every edge reads all guides when it is made; for the tests once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channel, "load_guides", lru_cache(channel.load_guides))
        yield


@pytest.fixture
def rasa(wechat_rasa_server: FakeRasa) -> FakeRasa:
    wechat_rasa_server.reset()
    return wechat_rasa_server


@pytest.fixture(scope="session")
def platform_server() -> Iterator[Platform]:
    with serving_platform(Platform(APP_ID, SECRET)) as platform:
        yield platform


@pytest.fixture
def platform(platform_server: Platform) -> Platform:
    """WeChat's API, of which the account's id and secret are these."""
    platform_server.reset()
    return platform_server


@pytest.fixture
def settings(rasa: FakeRasa, tmp_path: Path) -> Settings:
    """An Official Account in safe mode that may only reply; a second is waited for a reply instead of five."""
    return Settings(
        rasa_url=rasa.url,
        actions_url=rasa.url,
        database_url=f"sqlite:///{tmp_path}/journal.db",
        data_dir=DATA,
        guides_dir=GUIDES,
        turn_timeout_s=10,
        rate_limit="1000/minute",
        wechat_token=TOKEN,
        wechat_app_id=APP_ID,
        wechat_app_secret=SECRET,
        wechat_aes_key=AES_KEY,
        wechat_wait_s=1.0,
        wecom_token=TOKEN,
        wecom_corp_id=CORP_ID,
        wecom_aes_key=AES_KEY,
    )


@pytest.fixture
def edges() -> Iterator[Callable[[Settings], Edge]]:
    """Starts edges on ports of their own; several share their state as several workers do."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(RunningEdge(settings))


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
        yield Phones(http)


@pytest.fixture
def free_port() -> int:
    """One that was free just now."""
    return new_port()
