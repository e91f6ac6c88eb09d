"""`guidebot service`: the assistant switched off for citizens and on again, and who did so when."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import stdout, table, tell
from bot.cli.problem import CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.edge.switch import Switch


def add_to(app: typer.Typer) -> None:
    """Add the group `service`."""
    group = typer.Typer(no_args_is_help=True)
    for command in (off, on, log):
        group.command(command.__name__)(command)
    app.add_typer(group, name="service")


def off(notice: Annotated[str, typer.Argument()]) -> None:
    """Let the assistant name the numbers to call instead of answering, and show `notice` at the top of the page."""
    if not notice.strip():
        raise CliError.of("no_notice")
    _put(on=False, notice=notice.strip())


def on() -> None:
    """Let the assistant answer again."""
    _put(on=True, notice="")


def log() -> None:
    """List every use of the switch, the latest first."""
    with _switch() as switch:
        uses = switch.history()
    names = {True: say("service.is_on"), False: say("service.is_off")}
    rows = [(f"{use.at.astimezone():%Y-%m-%d %H:%M:%S}", names[use.on], use.by, use.notice) for use in uses]
    stdout().print(table(find("service.columns"), rows) if rows else say("service.never"))


def _put(on: bool, notice: str) -> None:
    with _switch() as switch:
        switch.put(on, getpass.getuser(), notice)
    tell("service.now_on" if on else "service.now_off", notice=notice)


@contextmanager
def _switch() -> Iterator[Switch]:
    """The switch, for one use; CliError where the journal's database cannot be used."""
    from bot.edge.journal import Journal, JournalError
    from bot.edge.switch import Switch

    journal = Journal(project_settings().database_url)
    try:
        yield Switch(journal)
    except JournalError as problem:
        raise CliError.of("no_database", problem=problem) from problem
    finally:
        journal.close()
