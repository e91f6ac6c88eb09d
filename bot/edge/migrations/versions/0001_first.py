"""The tables of version 0.1.0; databases that have them already are taken over as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    present = sa.inspect(op.get_bind()).get_table_names()
    if "turns" not in present:
        _turns()
    if "exchanges" not in present:
        _exchanges()
    if "feedback" not in present:
        _feedback()
    if "switches" not in present:
        _switches()


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(160), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("masked", sa.String(160), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("act", sa.String(16)),
        sa.Column("guide", sa.String(16)),
        sa.Column("section", sa.String(32)),
        sa.Column("slot", sa.String(32)),
        sa.Column("latency_ms", sa.Integer),
        sa.Column("cause", sa.String(64)),
        sa.Column("reply", sa.Text),
    )
    op.create_index("turns_by_sender", "turns", ["sender", "id"])
    op.create_index("turns_by_time", "turns", ["received_at"])


def _exchanges() -> None:
    op.create_table(
        "exchanges",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("session", sa.String(160), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("turn", sa.BigInteger),
        sa.Column("reply", sa.Text),
        sa.UniqueConstraint("session", "message"),
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("session", sa.String(160), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.BigInteger),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("reasons", sa.String(160), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.UniqueConstraint("session", "message"),
    )


def _switches() -> None:
    op.create_table(
        "switches",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
    )
