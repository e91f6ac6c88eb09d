"""The journal's rows as mining reads them, conversation by conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from bot.edge.exchanges import feedback
from bot.edge.journal import COMPLETED, Journal, turns, utc


@dataclass(frozen=True)
class Said:
    """One message: what it came to, how likely its guides were, and what the citizen thought of the answer."""

    turn: int
    at: datetime
    sender: str
    text: str
    act: str | None = None
    guide: str | None = None
    section: str | None = None
    state: str = COMPLETED
    latency_ms: int | None = None
    cause: str | None = None
    candidates: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what could be picked → its guides
    verdict: str | None = None

    @property
    def margin(self) -> float | None:
        """Between the two likeliest guides; None where nothing was kept of them."""
        best = sorted(self.candidates.values(), reverse=True)
        return None if not best else best[0] - (best[1] if len(best) > 1 else 0.0)


def said_since(journal: Journal, since: datetime | None = None) -> list[Said]:
    """Every message, by conversation and in the order in which they were said. Raises JournalError."""
    judged = turns.outerjoin(feedback, feedback.c.turn == turns.c.id)
    query = select(turns, feedback.c.verdict).select_from(judged)
    if since:
        query = query.where(turns.c.received_at >= since.astimezone(UTC))  # SQLite compares without time zones
    return [_said(row) for row in journal.rows(query.order_by(turns.c.sender, turns.c.received_at, turns.c.id))]


def _said(row: Any) -> Said:
    reply = json.loads(row.reply) if row.reply else {}
    options = {one["title"]: tuple(one.get("guides") or ()) for one in reply.get("options") or ()}
    return Said(
        turn=row.id,
        at=utc(row.received_at),
        sender=row.sender,
        text=row.text,
        act=row.act,
        guide=row.guide,
        section=row.section,
        state=row.state,
        latency_ms=row.latency_ms,
        cause=row.cause,
        candidates=json.loads(row.candidates) if row.candidates else {},
        options=options,
        verdict=row.verdict,
    )
