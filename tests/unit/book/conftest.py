from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.book.parse import ParsedBook, parse_book
from bot.book.sources import read_annotations, read_titles

GUIDES = Path(__file__).resolve().parents[3] / "guides"


@pytest.fixture(scope="session")
def source() -> Path:
    return GUIDES / "source"


@pytest.fixture(scope="session")
def book(source: Path) -> str:
    return (source / "社会保险政务服务办事指南.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def titles(source: Path) -> dict[str, str]:
    return read_titles(source / "guides.csv")


@pytest.fixture(scope="session")
def annotations(source: Path) -> Mapping[str, Any]:
    return read_annotations(source / "annotations.yml")


@pytest.fixture(scope="session")
def parsed(book: str, annotations: Mapping[str, Any], titles: Mapping[str, str]) -> ParsedBook:
    return parse_book(book, annotations, titles)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the guides that a test may spoil."""
    return Path(shutil.copytree(GUIDES, tmp_path / "guides"))


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], Path]:
    """Replace the first `old` in the file of a guide by `new`; the file."""

    def change(guide: str, old: str, new: str) -> Path:
        path = next(folder.glob(f"{guide}_*.md"))
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{guide} has no {old!r}"
        path.write_bytes(text.replace(old, new, 1).encode())
        return path

    return change
