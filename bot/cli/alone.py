"""One builder at a time: two that write the same index or model would leave a mixture of both."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.console import stderr
from bot.cli.words import say

LOCK = Path("build/guidebot.lock")


@contextmanager
def working_alone() -> Iterator[None]:
    """Hold the project's lock; waits, and says so, while another process builds or trains here.

    The system lets go of the lock with the process, however that ends.
    """
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def note_waiting() -> None:
    """Tell the operator why nothing happens yet."""
    stderr().print(say("waiting"))
