"""The assistant itself for tests that ask it: started once, stopped at the end whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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
