"""What was done in the console and stands nowhere else: sign-ins, clusters arranged, jobs started, accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, DateTime, Integer, String, Table, Text

from bot.edge.journal import Journal, metadata

deeds = Table(
    "deeds",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(64), nullable=False),
    Column("what", String(32), nullable=False),
    Column("about", String(160), nullable=False),
    Column("detail", Text, nullable=False),
)
UNKNOWN = "?"  # who tried to sign in as nobody: what was typed might be a password


def record(journal: Journal, by: str, what: str, about: str = "", detail: str = "") -> None:
    """Put a deed on record. Blocks; JournalError where it cannot be written."""
    row = {"at": datetime.now(UTC), "by": by[:64], "what": what, "about": about[:160], "detail": detail}
    journal.write(deeds.insert().values(**row))
