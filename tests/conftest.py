"""The assistant itself for tests that ask it: started once, stopped at the end whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis_server import RedisServer, is_installed, running_redis
from stack import Conversation, NotStarted, Stack, running_stack

from bot.book.guide import Guide, load_guides

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The three processes over the trained model and the built index."""
    try:
        with running_stack(tmp_path_factory.mktemp("stack")) as running:
            yield running
    except NotStarted as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture
def talk(stack: Stack) -> Conversation:
    """A conversation that nobody has used before."""
    return stack.conversation()


@pytest.fixture(scope="session")
def guides() -> dict[str, Guide]:
    """The guide files, by id."""
    return {guide.id: guide for guide in load_guides(PROJECT / "guides")}


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the tests' own."""
    if not is_installed():
        pytest.skip("no redis-server on this machine: scripts/redis.sh installs Debian's")
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url
