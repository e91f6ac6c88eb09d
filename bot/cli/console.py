"""Printing for people: texts, tables and the steps of long work. No colours where it is not a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.cli.words import say

PIPE_WIDTH = 10_000  # in a pipe or a file, a row of a table stays a line


def stdout() -> Console:
    """A console for results."""
    return _console(stderr=False)


def stderr() -> Console:
    """A console for what went wrong and for the progress of work."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False, width=width)


def tell(key: str, **blanks: object) -> None:
    """Print a text of data/cli.yml as a result."""
    stdout().print(say(key, **blanks))


def print_json(value: Any) -> None:
    """Print a value for machines."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Table:
    """A table with these headings; the columns in `right` hold numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        made.add_column(column, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


@contextmanager
def steps(title: str) -> Iterator[Callable[[str], None]]:
    """Show long work: call the result with each step. A terminal gets a clock, anything else lines."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = stderr()
    if not console.is_terminal:
        console.print(title)
        yield lambda step: console.print(f"  {step}")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda step: progress.update(task, description=say("progress", title=title, step=step))
