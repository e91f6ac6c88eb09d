"""The command line put together: groups of commands, their help out of data/cli.yml, errors as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer import rich_utils
from typer.exceptions import TyperException

from bot.cli import ask, cluster, doctor, evaluate, guides, index, learn, release, serve, service, train, users, wechat
from bot.cli.console import stderr
from bot.cli.problem import FAILED, told
from bot.cli.words import find, say

NAME = "guidebot"


def create_app() -> typer.Typer:
    """All commands. Each module of a group adds its own; none of them opens anything before it is called."""
    app = typer.Typer(
        name=NAME,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    for module in (doctor, guides, index, train, serve, cluster, service, ask, evaluate, learn, release, users, wechat):
        module.add_to(app)
    return app


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code of the process."""
    _translate()
    command = typer.main.get_command(create_app())
    describe(command, "help")
    try:
        status = command.main(args=arguments and list(arguments), prog_name=NAME, standalone_mode=False)
    except TyperException as error:
        stderr().print(wrong_use(error))
        return getattr(error, "exit_code", FAILED)
    except typer.Abort:
        return FAILED
    except Exception as error:
        known = told(error)
        if known is None:
            raise
        stderr().print(str(known))
        return known.status
    return status if isinstance(status, int) else 0


def describe(command: Any, key: str) -> None:
    """Fill in the help of a command, its options and its sub-commands from data/cli.yml."""
    command.help = find(f"{key}.about")
    command.short_help = find(f"{key}.short")
    for parameter in command.params:
        parameter.help = find(f"{key}.options.{parameter.name}")
    for name, child in getattr(command, "commands", {}).items():
        describe(child, f"{key}.{name}")


def wrong_use(error: TyperException) -> str:
    """Say in Chinese what was wrong with the command line; details that Typer words itself stay English."""
    context = getattr(error, "ctx", None)
    blanks = {
        "path": context.command_path if context else NAME,
        "option": getattr(error, "option_name", ""),
        "near": "、".join(getattr(error, "possibilities", None) or ()),
        "name": getattr(getattr(error, "param", None), "name", ""),
        "message": error.message,
    }
    kind = type(error).__name__ if find(f"usage.{type(error).__name__}") else "other"
    return say(f"usage.{kind}", **blanks) + "\n" + say("usage.hint", **blanks)


def _translate() -> None:
    for name, text in find("typer").items():
        setattr(rich_utils, name, text)
