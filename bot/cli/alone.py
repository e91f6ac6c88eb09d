"""The project's lock on the command line: whoever waits for it is told so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.cli.console import stderr
from bot.cli.words import say
from bot.learn.alone import LOCK, alone

__all__ = ["LOCK", "note_waiting", "working_alone"]


@contextmanager
def working_alone() -> Iterator[None]:
    """Hold the project's lock; waits, and says so, while another process builds or trains here."""
    with alone(lambda: note_waiting()):
        yield


def note_waiting() -> None:
    """Tell the operator why nothing happens yet."""
    stderr().print(say("waiting"))
