"""How each turn was understood, messages out of old logs, and what operators decided on what was found in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name, kind in (
        ("candidates", sa.Text),
        ("out_of_scope", sa.Float),
        ("topicless", sa.Float),
        ("intent", sa.String(64)),
        ("release", sa.String(64)),
        ("origin", sa.String(64)),
    ):
        op.add_column("turns", sa.Column(name, kind))
    op.create_index("turns_by_origin", "turns", ["origin"], unique=True)
    op.create_index("feedback_by_turn", "feedback", ["turn"])
    op.create_table(
        "clusters",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("mined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("cluster", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(160), nullable=False),
        sa.Column("members", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String(64)),
    )
