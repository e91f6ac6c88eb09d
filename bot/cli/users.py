"""`guidebot console user`: who may use the console."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import print_json, stdout, table, tell
from bot.cli.journal import open_journal
from bot.cli.options import AsJson
from bot.cli.problem import FAILED, CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say
from bot.console.roles import Role

if TYPE_CHECKING:
    from bot.console.accounts import Accounts

PASSWORD = "CONSOLE_PASSWORD"
Name = Annotated[str, typer.Argument(show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the group `console`, with its group `user`."""
    group, console = typer.Typer(no_args_is_help=True), typer.Typer(no_args_is_help=True)
    group.command("list")(list_accounts)
    for command in (add, password, remove):
        group.command(command.__name__)(command)
    console.add_typer(group, name="user")
    app.add_typer(console, name="console")


def add(name: Name, role: Annotated[Role, typer.Option("--role")]) -> None:
    """Add an account."""
    with _accounts("account_added", name, role.value) as accounts:
        accounts.add(name, role, _password())
    tell("users.added", name=name, role=say(f"users.roles.{role}"))


def password(name: Name) -> None:
    """Change a password."""
    with _accounts("account_changed", name) as accounts:
        accounts.set_password(name, _password())
    tell("users.changed", name=name)


def remove(name: Name) -> None:
    """Remove an account."""
    with _accounts("account_removed", name) as accounts:
        accounts.remove(name)
    tell("users.removed", name=name)


def list_accounts(as_json: AsJson = False) -> None:
    """List all accounts."""
    with _accounts() as accounts:
        found: list[dict[str, Any]] = [
            {"name": one.name, "role": one.role.value, "made_at": one.made_at.isoformat()} for one in accounts.all()
        ]
    if as_json:
        print_json(found)
        return
    rows = [(one["name"], say(f"users.roles.{one['role']}"), one["made_at"][:16]) for one in found]
    stdout().print(table(find("users.columns"), rows))


@contextmanager
def _accounts(deed: str = "", name: str = "", detail: str = "") -> Iterator[Accounts]:
    """The accounts; what is done to one of them goes on record. CliError where it cannot be done."""
    from bot.console.accounts import AccountError, Accounts
    from bot.console.deeds import record

    project_settings()
    with open_journal() as journal:
        try:
            yield Accounts(journal)
        except AccountError as problem:
            raise CliError.of(problem.code, FAILED, **problem.words) from problem
        if deed:
            record(journal, getpass.getuser(), deed, name, detail)


def _password() -> str:
    """That of the environment, else what is typed twice without being shown."""
    given = os.environ.get(PASSWORD)
    return given or str(typer.prompt(say("users.password"), hide_input=True, confirmation_prompt=say("users.again")))
