"""What an edit of the book reaches: written questions and rows of the evaluation sets, by file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.book.edition import ADDED, MOVED, PAGE, SECTION, Change

if TYPE_CHECKING:
    from bot.book.guide import Guide

_TELLING = 3  # characters of a title in a row that a text has by no chance
_OVERVIEW, _PROCESS = "overview", "process"


def questions_of(change: Change, folder: Path) -> list[str]:
    """The written questions, as `gNN.txt:line`, that the edit may have made wrong or that ask for what was edited."""
    path = folder / f"{change.guide}.txt"
    if change.kind in (ADDED, MOVED, PAGE) or not path.is_file():
        return []
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    asked = ((number, line.partition("\t")[2].strip() or _OVERVIEW) for number, line in lines if _is_one(line))
    return [f"{path.name}:{number}" for number, section in asked if _reaches(change, section)]


def tests_of(change: Change, folder: Path) -> list[str]:
    """The rows of the folder's evaluation sets, as `file:line`, that cite what was edited."""
    if change.kind in (ADDED, MOVED, PAGE):
        return []
    return [
        f"{path.name}:{number}"
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip() and any(_cites(cited, change) for cited in _cited(json.loads(line)))
    ]


def refused_like(guides: Sequence[Guide], path: Path) -> list[str]:
    """The lines, as `file:line text`, of what is taught to be refused that speak of one of these guides by its name."""
    names = [name for guide in guides for name in (guide.title, *guide.aliases)]
    telling = {name[place : place + _TELLING] for name in names for place in range(len(name) - _TELLING + 1)}
    lines = enumerate(path.read_text(encoding="utf-8").splitlines() if path.is_file() else [], 1)
    return [f"{path}:{number} {line.strip()}" for number, line in lines if any(part in line for part in telling)]


def _is_one(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _reaches(change: Change, section: str | None) -> bool:
    """Whether the edit is one of the section asked for; how a matter is done is told by its process."""
    told_by = _PROCESS if section == _OVERVIEW else section
    return change.kind != SECTION or told_by in (None, change.section)


def _cited(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield row
    yield from (turn.get("expect", {}) for turn in row.get("turns", ()))


def _cites(cited: dict[str, Any], change: Change) -> bool:
    return change.guide in cited.get("guides", ()) and _reaches(change, cited.get("section"))
