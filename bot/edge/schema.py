"""The database's tables in the shape that this version of the program needs: Alembic's steps, taken at start."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x677569646531  # of PostgreSQL's advisory locks: one number for all who migrate this database


def upgrade(engine: Engine) -> None:
    """Take the steps that are lacking, all or none; whoever else starts just now waits meanwhile.

    A database of a later version is left as it is: steps only add, so an earlier program can go on with it.
    """
    with engine.connect() as connection:
        if _stands_at(connection) == head():
            return
    with engine.begin() as connection:
        _lock(connection)
        if _stands_at(connection) in (None, *_known()):
            command.upgrade(_config(connection), "head")


@cache
def head() -> str:
    """The newest step."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


@cache
def _known() -> frozenset[str]:
    return frozenset(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def _stands_at(connection: Any) -> str | None:
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision


def _lock(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # else the driver would run each statement by itself
    else:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _config(connection: Any = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    return config
