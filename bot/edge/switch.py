"""The off switch: whether the assistant answers, in the journal's database, where every edge sees it.

Rows are only ever added: the last one holds, all of them say who switched what, when and why.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, String, Table, Text, select
from starlette.concurrency import run_in_threadpool

from bot.edge.journal import Journal, JournalError, metadata, utc

log = structlog.get_logger("edge")

FRESH_S = 2.0  # for so long what was read is believed: a switch is seen by every edge after this time at the latest
switches = Table(
    "switches",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("notice", Text, nullable=False),  # shown to citizens while the assistant is off
)


@dataclass(frozen=True)
class Position:
    """Where the switch was put."""

    at: datetime
    on: bool
    by: str
    notice: str


class Switch:
    """The switch in the journal's database. Where it cannot be read, it stays as it was last seen, at first on."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.monotonic) -> None:
        self._journal = journal
        self._clock = clock
        self._seen: Position | None = None
        self._seen_at = -FRESH_S

    async def is_on(self) -> bool:
        """Whether the assistant answers now."""
        position = await self._now()
        return position is None or position.on

    async def notice(self) -> str | None:
        """What citizens are to be told, None where the assistant is on."""
        position = await self._now()
        return None if position is None or position.on else position.notice

    def put(self, on: bool, by: str, notice: str) -> None:
        """Switch on or off in the name of `by`. Blocks; JournalError where it cannot be written."""
        row = {"at": datetime.now(UTC), "is_on": on, "by": by, "notice": notice}
        self._journal.write(switches.insert().values(**row))

    def history(self) -> list[Position]:
        """Every use of the switch, the latest first. Blocks; JournalError where it cannot be read."""
        return self._positions(select(switches).order_by(switches.c.id.desc()))

    async def _now(self) -> Position | None:
        if self._clock() - self._seen_at >= FRESH_S:
            self._seen_at = self._clock()
            try:
                self._seen = next(iter(await run_in_threadpool(self._latest)), None)
            except JournalError as error:
                log.error("switch_not_read", error=str(error))
        return self._seen

    def _latest(self) -> list[Position]:
        return self._positions(select(switches).order_by(switches.c.id.desc()).limit(1))

    def _positions(self, query: Any) -> list[Position]:
        return [Position(utc(row.at), row.is_on, row.by, row.notice) for row in self._journal.rows(query)]
