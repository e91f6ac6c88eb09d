"""`guidebot train`: from the data on disk to a model that can be served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.alone import working_alone
from bot.cli.console import steps, tell
from bot.cli.index import ensure_index
from bot.cli.project import project_settings
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the command `train`."""
    app.command("train")(train)


def train(force: Annotated[bool, typer.Option("--force")] = False) -> None:
    """Build the index and train the model, each where it is needed."""
    from bot.learn.train import prepare

    settings = project_settings()
    prepare(settings)  # a bad file shows now, not after the index is built
    with working_alone():
        if not ensure_index(settings):
            tell("index.current")
        if not ensure_model(settings, force):
            tell("train.current")
        keep_release(settings)


def keep_release(settings: Settings) -> None:
    """Keep what is built as a release, and say which one it is."""
    from bot.learn.release.make import make_release
    from bot.learn.release.store import Releases

    release, is_new = make_release(settings)
    live = Releases().current()
    if is_new:
        tell("release.made" if live else "release.first", release=release.id)
    elif live and live.id != release.id:
        tell("release.not_live", release=release.id, live=live.id)


def ensure_model(settings: Settings, force: bool = False) -> bool:
    """Train the model where it is missing, damaged or out of date, or `force` is set; whether that was so."""
    from bot.learn.model import MODEL, is_trained
    from bot.learn.train import train as train_model

    if not force and is_trained(settings):
        return False
    with steps(say("train.training")) as step:
        data = train_model(settings, step)
    questions, words = (sum(map(len, of.values())) for of in (data.questions, data.words))
    tell("train.trained", model=MODEL, questions=questions, dropped=data.dropped, words=words)
    return True
