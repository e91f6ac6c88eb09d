"""What is kept of mining and of operators' decisions, in the journal's database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, String, Table, Text

from bot.edge.journal import metadata

clusters = Table(
    "clusters",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("mined_at", DateTime(timezone=True), nullable=False),
    Column("place", Integer, nullable=False),  # in the order of their value
    Column("found", Text, nullable=False),  # the cluster as JSON
)
decisions = Table(
    "decisions",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(64), nullable=False),
    Column("cluster", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("verdict", String(160), nullable=False),  # guide:g77, intent:NAME, out-of-scope …
    Column("members", Text, nullable=False),  # the wordings decided on, as JSON
    Column("changes", Text, nullable=False),  # files with what stood there and what does, as JSON
    Column("found", Text),  # the cluster as JSON, to be looked at again once the decision is undone
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", String(64)),
)
