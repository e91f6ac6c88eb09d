"""The project's journal, as commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.cli.problem import FAILED, CliError
from bot.cli.project import project_settings

if TYPE_CHECKING:
    from bot.edge.journal import Journal


@contextmanager
def open_journal() -> Iterator[Journal]:
    """The project's journal; CliError where it cannot be read or written."""
    from bot.edge.journal import Journal, JournalError

    journal = Journal(project_settings().database_url)
    try:
        yield journal
    except JournalError as problem:
        raise CliError.of("journal", FAILED, problem=problem) from problem
    finally:
        journal.close()
