"""`guidebot train`: from the data on disk to a model that can be served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.alone import working_alone
from bot.cli.console import steps, tell
from bot.cli.index import ensure_index, quiet_libraries
from bot.cli.project import project_settings
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the command `train`."""
    app.command("train")(train)


def _several_or_none(folds: int) -> int:
    if folds == 1:
        raise typer.BadParameter(say("train.one_fold"))
    return folds


def train(
    force: Annotated[bool, typer.Option("--force")] = False,
    encoder: Annotated[bool, typer.Option("--encoder")] = False,
    weigh: Annotated[bool, typer.Option("--weigh")] = False,
    folds: Annotated[int, typer.Option("--folds", min=0, max=10, callback=_several_or_none)] = 3,
) -> None:
    """Build the index and train the model, each where it is needed; first tune the encoder, if that is asked."""
    from bot.learn.train import prepare

    settings = project_settings()
    prepare(settings)  # a bad file shows now, not after the index is built
    if encoder and weigh:
        raise typer.BadParameter(say("train.tune_or_weigh"))
    with working_alone():
        if encoder or weigh:
            tune(settings, folds, weigh)
        if not ensure_index(settings):
            tell("index.current")
        if not ensure_model(settings, force):
            tell("train.current")
        keep_release(settings)


def tune(settings: Settings, folds: int, weigh: bool) -> None:
    """Tune the encoder on the questions as they are now, or only `weigh` its evidence; say what that showed."""
    from index.fine_tune import tune_encoder, weigh_encoder

    if weigh and not folds:
        raise typer.BadParameter(say("train.nothing_to_weigh"))
    with quiet_libraries(), steps(say("train.tuning")) as step:
        adapter = (weigh_encoder if weigh else tune_encoder)(settings, folds, step)
    if not folds:
        tell("train.tuned_only", name=adapter.name, of=adapter.figures["of"])
        return
    first, third = (f"{100 * adapter.figures['cross_fit'][f'right@{top}']:.1f}" for top in (1, 3))
    tell("train.weighed" if weigh else "train.tuned", name=adapter.name, folds=folds, first=first, third=third)


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
