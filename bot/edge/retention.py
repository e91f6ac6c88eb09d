"""How long what citizens said is kept."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from bot.edge.exchanges import exchanges, feedback
from bot.edge.journal import Journal, JournalError, turns
from bot.meanwhile import meanwhile

_EVERY_S = 3600.0
log = structlog.get_logger("edge")


def sweep(journal: Journal, days: int, now: datetime | None = None) -> int:
    """Delete what is older than `days` (0: nothing ever is); how many messages went. Raises JournalError."""
    if not days:
        return 0
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    old = turns.c.received_at < before
    count = int(journal.rows(select(func.count()).select_from(turns).where(old))[0][0])
    journal.write(
        feedback.delete().where(feedback.c.at < before),
        exchanges.delete().where(exchanges.c.at < before),
        turns.delete().where(old),
    )
    return count


def swept(journal: Journal, days: int) -> AbstractAsyncContextManager[None]:
    """Sweep at once and every hour meanwhile."""
    return meanwhile(_keep_swept(journal, days))


async def _keep_swept(journal: Journal, days: int) -> None:
    """Until cancelled; a journal that cannot be reached is swept the next time."""
    while days:
        try:
            if count := await run_in_threadpool(sweep, journal, days):
                log.info("journal_swept", messages=count, days=days)
        except JournalError as error:
            log.error("journal_not_swept", error=str(error))
        await asyncio.sleep(_EVERY_S)
