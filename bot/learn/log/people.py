"""What one person said: all of it given out, or forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.edge.exchanges import exchanges, feedback
from bot.edge.journal import Journal, turns
from bot.learn.log.tracker import forget_conversations
from bot.learn.tables import clusters

TRACKER = Path("build/tracker.db")  # where endpoints.yml puts it


def export(journal: Journal, sender: str) -> list[dict[str, Any]]:
    """Every message of the person, oldest first, with what it came to and what they thought of the answer."""
    judged = turns.outerjoin(feedback, feedback.c.turn == turns.c.id)
    columns = (turns, feedback.c.verdict, feedback.c.reasons, feedback.c.comment)
    query = select(*columns).select_from(judged).where(turns.c.sender.in_(_names(journal, sender)))
    return [_shown(dict(row._mapping)) for row in journal.rows(query.order_by(turns.c.id))]


def forget(journal: Journal, sender: str, tracker: Path = TRACKER) -> int:
    """Delete all of it, the widget's copies, verdicts and Rasa's conversation too; how many messages there were.

    What was mined goes with it and is mined again without them. Wordings that an operator has taken into the data
    name nobody and stay.
    """
    names = _names(journal, sender)
    own = [row.id for row in journal.rows(select(turns.c.id).where(turns.c.sender.in_(names)))]
    theirs = select(turns.c.id).where(turns.c.sender.in_(names))
    # A page's session is named like its conversation, without the page's own channel.
    sessions = [*names, *(name.removeprefix("web:") for name in names)]
    journal.write(
        feedback.delete().where(feedback.c.turn.in_(theirs) | feedback.c.session.in_(sessions)),
        exchanges.delete().where(exchanges.c.turn.in_(theirs) | exchanges.c.session.in_(sessions)),
        turns.delete().where(turns.c.sender.in_(names)),
        clusters.delete(),
    )
    forget_conversations(tracker, names)
    return len(own)


def _names(journal: Journal, sender: str) -> list[str]:
    """What the person is called in the journal: as given, or with any channel before it."""
    channels = [row.channel for row in journal.rows(select(turns.c.channel).distinct())]
    return [sender, *(f"{channel}:{sender}" for channel in channels)]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("reply", "candidates"):
        row[name] = json.loads(row[name]) if row[name] else None
    row["received_at"] = row["received_at"].isoformat()
    return row
