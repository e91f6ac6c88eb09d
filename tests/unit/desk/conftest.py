from __future__ import annotations

from pathlib import Path

import pytest

from bot.book.guide import Guide, load_guides
from bot.desk.desk import Desk

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def book() -> dict[str, Guide]:
    """The 84 guides, by id."""
    return {guide.id: guide for guide in load_guides(PROJECT / "guides")}


@pytest.fixture(scope="session")
def desk(book: dict[str, Guide]) -> Desk:
    """The desk as operators have set it."""
    return Desk.load(PROJECT / "data" / "desk.yml", book)
