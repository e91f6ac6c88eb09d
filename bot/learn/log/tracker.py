"""Rasa's tracker store in SQL, read as it lies there: what was said, and what the assistant made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Float, MetaData, String, Table, Text, create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.learn.log.record import BadRecord, Record
from bot.learn.problem import LearnError
from bot.outcome import OutcomeError, outcome_of
from bot.trace import trace_of

_events = Table(
    "events",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("sender_id", String),
    Column("type_name", String),
    Column("timestamp", Float),
    Column("data", Text),
)


def tracker_records(url: str) -> Iterator[Record]:
    """Every message of a citizen, conversation by conversation. LearnError where it is no tracker store."""
    try:
        engine = create_engine(make_url(url), future=True, hide_parameters=True)
        query = select(_events).where(_events.c.type_name.in_(("user", "bot")))
        with engine.connect() as connection:
            rows = connection.execute(query.order_by(_events.c.sender_id, _events.c.id)).all()
        engine.dispose()
    except SQLAlchemyError as error:
        shown = make_url(url).render_as_string()  # without its password
        raise LearnError("no_tracker_store", url=shown, problem=type(error).__name__) from None
    for user, bots in _turns(rows):
        if record := _record(user, bots):
            yield record


def forget_conversations(path: Path, names: Sequence[str]) -> None:
    """Delete conversations from a tracker store in a file of SQLite; nothing where there is none."""
    if not path.is_file():
        return
    engine = create_engine(f"sqlite:///{path}", future=True, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(_events.delete().where(_events.c.sender_id.in_(names)))
    except SQLAlchemyError as error:
        raise LearnError("no_tracker_store", url=path, problem=type(error).__name__) from None
    finally:
        engine.dispose()


def _turns(rows: Iterable[Any]) -> Iterator[tuple[Any, list[Mapping[str, Any]]]]:
    """Each event of a user with what the assistant said until the next."""
    user: Any = None
    said: list[Mapping[str, Any]] = []
    for row in rows:
        if row.type_name == "bot" and user is not None and row.sender_id == user.sender_id:
            said.append(_data(row).get("data") or {})
        elif row.type_name == "user":
            if user is not None:
                yield user, said
            user, said = row, []
    if user is not None:
        yield user, said


def _record(user: Any, bots: list[Mapping[str, Any]]) -> Record | None:
    """None for what nobody typed: a button's command, an empty text."""
    event = _data(user)
    text = event.get("text")
    if not isinstance(text, str) or not text.strip() or text.startswith("/"):
        return None
    sender = str(user.sender_id)
    channel = sender.partition(":")[0] if ":" in sender else event.get("input_channel") or "rasa"
    try:
        record = Record.of(user.timestamp, sender, str(channel)[:16], text)
    except BadRecord:
        return None
    try:
        outcome = outcome_of(bots)
    except OutcomeError:
        outcome = None
    return Record(record.at, record.channel, record.sender, record.text, outcome, trace_of(bots))


def _data(row: Any) -> Mapping[str, Any]:
    try:
        value = json.loads(row.data)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, Mapping) else {}
