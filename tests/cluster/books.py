"""The cluster's two books: the journal, and the conversations as Rasa keeps them."""

from __future__ import annotations

import json

from record import Row
from sqlalchemy import create_engine, text

TURNS = text("SELECT sender, text, state, act, cause FROM turns ORDER BY id")
HEARD = text("SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id")


def turns(url: str) -> list[Row]:
    """The journal, oldest first."""
    rows = _all(url, TURNS)
    return [Row(sender, said, state, act, bool(cause)) for sender, said, state, act, cause in rows]


def heard(url: str) -> dict[str, list[str]]:
    """What Rasa took, in its order, by sender; commands are the edge's own."""
    found: dict[str, list[str]] = {}
    for sender, data in _all(url, HEARD):
        said = json.loads(data).get("text") or ""
        if not said.startswith("/"):
            found.setdefault(sender, []).append(said)
    return found


def _all(url: str, query: object) -> list[tuple[str, ...]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]
    finally:
        engine.dispose()
