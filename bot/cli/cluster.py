"""`guidebot cluster`: two of each process with PostgreSQL, Redis and nginx on this machine, until told to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from bot.cli.console import stdout, steps, table, tell
from bot.cli.problem import FAILED
from bot.cli.words import find, say

FOLDER = Path("build/cluster")
_GLANCE_S = 1.0


class _Told(Exception):
    """Ctrl-C, or a polite signal."""


def add_to(app: typer.Typer) -> None:
    """Add the command `cluster`."""
    app.command("cluster")(cluster)


def cluster(
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default=False)] = None,
    folder: Annotated[Path, typer.Option("--folder")] = FOLDER,
) -> None:
    """Start all of it, print the address once it is ready, end all of it on Ctrl-C or where a process ends."""
    from bot.cluster.cluster import running_cluster

    _on_stop(_tell)
    try:
        with ExitStack() as stack:
            with steps(say("cluster.starting")) as step:
                step(say("cluster.servers"))
                started = stack.enter_context(running_cluster(folder, port))
            tell("serve.ready", url=started.url)
            rows = [(name, str(process.pid)) for name, process in started.processes.items()]
            stdout().print(table(find("cluster.columns"), rows, right=(1,)))
            while (name := started.ended()) is None:
                time.sleep(_GLANCE_S)
            tell("cluster.ended", name=name, tail=started.tail(name))
            raise typer.Exit(FAILED)
    except _Told:
        tell("cluster.stopped")


def _tell(_number: int, _frame: FrameType | None) -> NoReturn:
    _on_stop(signal.SIG_IGN)  # ending takes a moment, and must not be cut short
    raise _Told


def _on_stop(do: Callable[[int, FrameType | None], NoReturn] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, do)
