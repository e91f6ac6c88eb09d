"""`guidebot eval`: the sets of questions put to the running service, and a table of how it did."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import print_json, stderr, stdout, table, tell
from bot.cli.ports import public_url
from bot.cli.problem import FAILED, MISUSED, CliError
from bot.cli.project import settings
from bot.cli.words import find, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.client import Assistant
    from bot.learn.evaluate import Case, Rate, Reply, Row, Summary

SETS = Path("tests/eval")
REPORT = Path("build/eval.json")


@dataclass(frozen=True)
class Scored:
    """A file of cases and how they came out."""

    file: Path
    cases: tuple[Case, ...]
    summary: Summary


def add_to(app: typer.Typer) -> None:
    """Add the command `eval`."""
    app.command("eval")(evaluate)


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    url: Annotated[str | None, typer.Option("--url")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", metavar="OUT")] = None,
    show: Annotated[int, typer.Option("--show", min=0, show_default=False)] = 0,
) -> None:
    """Put the sets to the running service, print how it did and keep all of it in build/eval.json."""
    from bot.cli.client import Assistant

    rows = {path: read_rows(path) for path in files or default_sets()}
    seconds: list[float] = []
    with Assistant(url or public_url(settings())) as assistant, _bar(sum(map(len, rows.values()))) as advance:
        scored = [score(path, of, assistant, seconds, advance) for path, of in rows.items()]
    report = report_of(scored, seconds)
    write_report(report, json_out)
    if str(json_out) != "-":
        for one in scored:
            print_scored(one, show)
        tell("eval.times", **report["times"])
        tell("eval.written", file=json_out or REPORT)
    if report["broken"]:
        raise CliError.of("broken_replies", FAILED, count=report["broken"])


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


def score(
    path: Path, rows: Sequence[Row], assistant: Assistant, seconds: list[float], advance: Callable[[], None]
) -> Scored:
    """Put every row to the assistant, each in its own conversation; `seconds` gets the time of each turn."""
    from bot.learn.evaluate import judge, reply_in, summarise

    cases = []
    for row in rows:
        sender = f"eval-{uuid.uuid4().hex}"

        def turn(text: str, sender: str = sender) -> Reply:
            begin = time.perf_counter()
            messages = assistant.say(sender, text)
            seconds.append(time.perf_counter() - begin)
            return reply_in(messages)

        cases.append(judge(row, turn))
        advance()
    return Scored(path, tuple(cases), summarise(cases))


def report_of(scored: Sequence[Scored], seconds: Sequence[float]) -> dict[str, Any]:
    """All that was found, JSON-ready: every set's rates, groups and cases, and the times in milliseconds."""
    from bot.learn.evaluate import is_broken, percentile

    replies = [reply for one in scored for case in one.cases for reply in case.replies]
    times = {f"p{share}": round(1000 * percentile(seconds, share / 100), 1) for share in (50, 95)}
    return {
        "sets": {
            str(one.file): {**asdict(one.summary), "cases": [asdict(case) for case in one.cases]}
            for one in scored
        },
        "times": {"turns": len(seconds), **times},
        "broken": sum(map(is_broken, replies)),
    }


def write_report(report: dict[str, Any], out: Path | None) -> None:
    """Write build/eval.json, and `out` or, for `-`, the standard output."""
    text = json.dumps(report, ensure_ascii=False, indent=1)
    for path in {REPORT, out or REPORT} - {Path("-")}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    if str(out) == "-":
        print_json(report)


def print_scored(one: Scored, show: int) -> None:
    """A table of rates and groups, then the first `show` cases that fell short."""
    from bot.learn.evaluate import HEADLINE

    summary, console = one.summary, stdout()
    names = {name: find(f"eval.rates.{summary.kind}.{name}") or name for name in summary.rates}
    rows = [_rate_row(names[name], of) for name, of in summary.rates.items()]
    headline = names[HEADLINE[summary.kind]]
    rows += [
        _rate_row(say("eval.group", rate=headline, group=name), of) for name, of in summary.groups.items()
    ]
    tell("eval.set", file=one.file, n=summary.n)
    console.print(table(find("eval.columns"), rows, right=(1, 2, 3)))
    for case in [case for case in one.cases if not case.holds][:show]:
        tell("eval.short", row=json.dumps(case.row, ensure_ascii=False))
        for reply in case.replies:
            got = {key: reply.get(key) for key in ("act", "guide", "section", "slot") if reply.get(key)}
            tell("eval.got", got=json.dumps(got, ensure_ascii=False), text=str(reply.get("text", ""))[:80])


def _rate_row(name: str, of: Rate) -> tuple[str, str, str, str]:
    bounds = f"{100 * of.bounds[0]:.1f}–{100 * of.bounds[1]:.1f}" if of.bounds else "—"
    return name, f"{100 * of.value:.1f}", bounds, str(of.n)


def _row(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    if "turns" in row:
        turns = row["turns"]
        return (
            row
            if turns and all("user" in turn and "act" in turn.get("expect", ()) for turn in turns)
            else None
        )
    wanted = {"q", "guides", "section"} if "guides" in row else {"q"}
    return row if wanted <= row.keys() else None


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """A bar over `total` rows in a terminal, and nothing elsewhere; the result counts one row."""
    from rich.progress import Progress

    console = stderr()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say("eval.running"), total=total)
        yield lambda: progress.advance(task)
