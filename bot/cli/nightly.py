"""`guidebot learn nightly`: all that can be done without a person, once a night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from bot.cli.journal import open_journal
from bot.cli.project import project_settings
from bot.learn.quiet import quiet_environment

if TYPE_CHECKING:
    from bot.learn.nightly.night import Done
    from bot.learn.release.store import Releases
    from bot.settings import Settings

METRICS = "guidebot.prom"


def add_to(group: typer.Typer) -> None:
    """Add the command to the group `learn`."""
    group.command("nightly")(nightly)


def nightly() -> None:
    """Do a night's work and print what it came to as a line of JSON."""
    from bot.learn.nightly.config import NightlyConfig
    from bot.learn.nightly.metrics import write_metrics
    from bot.learn.nightly.night import FOLDER, Night, only_one
    from bot.learn.nightly.outcome import EXIT, State
    from bot.learn.release.store import Releases

    settings, releases = project_settings(), Releases()
    config = NightlyConfig.load(settings.data_dir / "nightly.yml")
    with only_one() as alone:
        if not alone:
            print(json.dumps({"state": State.RUNNING.value}))
            raise typer.Exit(EXIT[State.RUNNING])
        night = Night(
            config, releases, _run, lambda: _is_current(settings), lambda: _pending(releases), settings.release
        )
        outcome = night.spend(datetime.now(UTC))
        write_metrics(outcome, FOLDER / METRICS)
    print(json.dumps(outcome.to_json(), ensure_ascii=False))
    raise typer.Exit(EXIT[outcome.state])


def _run(arguments: Sequence[str]) -> Done:
    """A command in a process of its own; what it says of its progress goes on to our standard error."""
    from bot.learn.nightly.night import Done

    command, environ = [sys.executable, "-m", "bot.cli", *arguments], quiet_environment(os.environ)
    done = subprocess.run(command, env=environ, text=True, capture_output=True, check=False)
    sys.stderr.write(done.stderr)
    return Done(done.returncode, done.stdout, done.stderr)


def _is_current(settings: Settings) -> bool:
    """Whether index and model are whole and made from today's data."""
    from bot.learn.model import is_trained
    from index.build import is_current

    return is_current(settings) and is_trained(settings)


def _pending(releases: Releases) -> int:
    """Standing decisions that changed files since the newest release was made."""
    from bot.learn.decide.decide import made_since

    made = releases.all()
    with open_journal() as journal:
        return made_since(journal, datetime.fromisoformat(made[0].made_at) if made else None)
