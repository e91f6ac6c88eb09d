"""`guidebot index`: the retrieval index."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.alone import working_alone
from bot.cli.console import steps, tell
from bot.cli.project import project_settings
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the group `index`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("build")(build)
    app.add_typer(group, name="index")


def build(force: Annotated[bool, typer.Option("--force")] = False) -> None:
    """Build the index where it is needed."""
    settings = project_settings()
    with working_alone():
        if not ensure_index(settings, force):
            tell("index.current")


def ensure_index(settings: Settings, force: bool = False) -> bool:
    """Build the index where it is missing, damaged or out of date, or `force` is set; whether that was so."""
    from bot.book.guide import load_guides
    from index.build import build_index, is_current
    from index.corpus import load_corpus

    if not force and is_current(settings):
        return False
    load_corpus(load_guides(settings.guides_dir), settings.data_dir)  # a bad file shows now, not in a minute
    with quiet_libraries(), steps(say("index.building")) as step:
        manifest = build_index(settings, step)
    fit = manifest.figures["cross_fit"]
    first, third = (f"{100 * fit[f'right@{top}']:.1f}" for top in (1, 3))
    tell(
        "index.built",
        folder=settings.index_dir,
        wordings=manifest.figures["wordings"],
        examples=manifest.figures["examples"],
        first=first,
        third=third,
    )
    return True


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without what the libraries say of themselves: dozens of lines, nothing to act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
