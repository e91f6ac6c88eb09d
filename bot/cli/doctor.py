"""`guidebot doctor`: what is missing, in plain words, and the command that mends it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.checks import all_checks
from bot.cli.console import print_json, stdout, table, tell
from bot.cli.problem import FAILED
from bot.cli.project import project_settings
from bot.cli.words import find, say


def add_to(app: typer.Typer) -> None:
    """Add the command `doctor`."""
    app.command("doctor")(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Print every check and the commands that mend what is missing; ends with 1 where something is."""
    found = all_checks(project_settings())
    wrong = sum(not check.holds for check in found)
    if as_json:
        print_json([asdict(check) for check in found])
    else:
        rows = [(say(f"doctor.states.{one.state}"), say(f"doctor.names.{one.name}"), one.found) for one in found]
        stdout().print(table(find("doctor.columns"), rows))
        for check in found:
            if check.remedy:
                tell("doctor.todo", name=say(f"doctor.names.{check.name}"), remedy=check.remedy)
        tell("doctor.wrong" if wrong else "doctor.well", count=wrong)
    if wrong:
        raise typer.Exit(FAILED)
