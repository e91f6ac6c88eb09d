"""What people asked and got no answer to, in their words, doubles put together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.edge.journal import Journal
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.doubles import is_noise
from bot.learn.mine.said import Said
from bot.learn.mine.wording import wordings
from bot.learn.mine.worth import Reason, Worth
from bot.learn.tables import decisions
from bot.outcome import Act


@dataclass(frozen=True)
class Gap:
    """A wording that nothing was found for, how often it and its doubles were said, and what was decided about it."""

    text: str
    count: int
    verdict: str | None


def gaps_of(journal: Journal, messages: Sequence[Said], mining: MiningConfig) -> list[Gap]:
    """The most frequent first. JournalError."""
    unknown = [said for said in messages if said.act == Act.FALLBACK and said.cause is None]
    found = [Worth(said, Reason.FALLBACK) for said in unknown if not is_noise(said.text, mining)]
    said_of = decided(journal) if found else {}
    gaps = [Gap(one.text, one.count, _verdict((one.text, *one.others), said_of)) for one in wordings(found, mining)]
    return sorted(gaps, key=lambda gap: (-gap.count, gap.text))


def decided(journal: Journal) -> dict[str, str]:
    """What stands decided about each wording."""
    query = select(decisions.c.members, decisions.c.verdict).where(decisions.c.undone_at.is_(None))
    rows = journal.rows(query.order_by(decisions.c.id))
    return {text: row.verdict for row in rows for text in json.loads(row.members)}


def _verdict(texts: Sequence[str], said_of: dict[str, str]) -> str | None:
    """What was decided about most of them."""
    verdicts = Counter(said_of[text] for text in texts if text in said_of)
    return verdicts.most_common(1)[0][0] if verdicts else None
