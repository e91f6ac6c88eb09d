"""The sets of questions: read, and put to the running service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.console import stderr
from bot.cli.problem import MISUSED, CliError
from bot.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.client import Assistant
    from bot.learn.evaluate import Case, Row

SETS = Path("tests/eval")


def default_sets() -> list[Path]:
    """The project's own sets. CliError where there are none."""
    found = sorted(SETS.glob("*.jsonl"))
    if not found:
        raise CliError.of("no_sets", MISUSED, folder=SETS)
    return found


def read_rows(path: Path) -> list[Row]:
    """The rows of a set, all of one kind. CliError with the line that is none."""
    from bot.learn.evaluate import kind_of

    if not path.is_file():
        raise CliError.of("no_file", MISUSED, file=path)
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = _row(line)
        if row is None or (rows and kind_of(row) != kind_of(rows[0])):
            raise CliError.of("bad_row", MISUSED, file=path, line=number)
        rows.append(row)
    if not rows:
        raise CliError.of("no_rows", MISUSED, file=path)
    return rows


def score(rows: Sequence[Row], assistant: Assistant, seconds: list[float], advance: Callable[[], None]) -> list[Case]:
    """Put every row to the assistant, each in its own conversation; `seconds` gets the time of each turn."""
    from bot.learn.evaluate import put

    cases = []
    for row in rows:
        cases.append(put(row, assistant.say, seconds))
        advance()
    return cases


def _row(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    if "turns" in row:
        turns = row["turns"]
        return row if turns and all("user" in turn and "act" in turn.get("expect", ()) for turn in turns) else None
    wanted = {"q", "guides", "section"} if "guides" in row else {"q"}
    return row if wanted <= row.keys() else None


@contextmanager
def bar(total: int) -> Iterator[Callable[[], None]]:
    """A bar over `total` rows in a terminal, and nothing elsewhere; the result counts one row."""
    from rich.progress import Progress

    console = stderr()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say("eval.running"), total=total)
        yield lambda: progress.advance(task)
