"""One builder at a time: two that write the same data, index or model would leave a mixture of both."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = Path("build/guidebot.lock")


@contextmanager
def alone(when_busy: Callable[[], None]) -> Iterator[None]:
    """Hold the project's lock. While another process holds it, `when_busy` is called first; it may raise, or wait.

    The system lets go of the lock with the process, however that ends.
    """
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_busy()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
