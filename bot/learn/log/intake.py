"""Taking an old log into the journal: all of it or nothing, masked, each message once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.edge.journal import Journal, turns
from bot.learn.log.sources import records

_AT_ONCE = 500  # rows a statement: databases limit its parameters


@dataclass(frozen=True)
class Taken:
    """How many messages came in, and how many were there already."""

    new: int
    known: int


def take_in(journal: Journal, source: str) -> Taken:
    """Import a log. LearnError names the line that cannot be used, JournalError that nothing could be written."""
    rows = [record.row() for record in records(source)]
    fresh = {row["origin"]: row for row in rows}
    for part in _parts(list(fresh)):
        for found in journal.rows(select(turns.c.origin).where(turns.c.origin.in_(part))):
            del fresh[found.origin]
    if fresh:
        journal.write(*(turns.insert().values(part) for part in _parts(list(fresh.values()))))
    return Taken(len(fresh), len(rows) - len(fresh))


def _parts(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE)]
