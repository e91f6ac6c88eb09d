"""`guidebot learn numbers` and `drift`: how well the assistant does, and whether people ask for other things now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import print_json, stdout, table, tell
from bot.cli.eval_tables import DASH, LONGEST_TEXT, chance, interval, percent
from bot.cli.journal import open_journal
from bot.cli.options import AsJson
from bot.cli.problem import FAILED
from bot.cli.project import project_settings
from bot.cli.words import find

if TYPE_CHECKING:
    from bot.learn.figures.report import Report
    from bot.settings import Settings

_SHOWN = 10  # matters and gaps in a terminal; the files have them all


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `learn`."""
    group.command("numbers")(numbers)
    group.command("drift")(drift)


def numbers(
    days: Annotated[int, typer.Option("--days", min=1, max=3660)] = 30,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FOLDER")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE")] = None,
) -> None:
    """The figures of the last days."""
    from bot.learn.figures.report import report_of

    settings = project_settings()
    with open_journal() as journal:
        report = report_of(journal, settings, days)
    written = keep(report, settings, csv, html)
    if as_json:
        print_json(report)
        return
    _print_report(report)
    if written:
        tell("numbers.written", files="、".join(map(str, written)))


def keep(report: Report, settings: Settings, csv: Path | None, html: Path | None) -> list[Path]:
    """Write the CSV files and the page that are asked for; where they lie."""
    from bot.book.guide import load_guides
    from bot.learn.figures.report import page, write_csv

    titles = {**find("sections"), **{guide.id: guide.title for guide in load_guides(settings.guides_dir)}}
    written = write_csv(report, csv, titles, find("numbers")) if csv else []
    if html:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(page(report, titles, find("numbers")), encoding="utf-8")
        written.append(html)
    return written


def drift(as_json: AsJson = False) -> None:
    """What has changed of late; ends with 1 where something is to be noticed."""
    from bot.learn.figures.drift import drift_of
    from bot.learn.figures.report import configs

    config, mining = configs(project_settings())
    with open_journal() as journal:
        found = drift_of(journal, config, mining).to_json()
    print_json(found) if as_json else _print_drift(found)
    if found["notices"]:
        raise typer.Exit(FAILED)


def _print_report(report: Report) -> None:
    from bot.learn.figures.report import SHARES

    total, names = report["total"], find("numbers.shares")
    tell("numbers.title", first=report["first"], last=report["last"])
    if not total["messages"]:
        tell("numbers.nothing")
        return
    shares = [_share_row(names[name], total[name]) for name in SHARES]
    stdout().print(table(find("eval.columns"), shares, right=(1, 2, 3)))
    times = {name: DASH if total[name] is None else round(total[name]) for name in ("p50_ms", "p95_ms")}
    tell("numbers.counts", **{**total, **times})
    ends = find("numbers.ends")
    _print_rows("clarifications", [(ends[end], str(n)) for end, n in total["clarifications"].items()])
    matters = [(one["guide"], one["title"], str(one["asked"]), str(one["badly"])) for one in report["matters"]]
    _print_rows("matters", matters[:_SHOWN])
    gaps = [(one["text"][:LONGEST_TEXT], str(one["count"]), one["verdict"] or "") for one in report["gaps"]]
    _print_rows("gaps", gaps[:_SHOWN])
    tell("numbers.ledger", **{state: report["ledger"]["states"].get(state, 0) for state in find("numbers.states")})
    _print_drift(report["drift"])


def _share_row(name: str, rate: Mapping[str, Any] | None) -> tuple[str, str, str, str]:
    """A dash where there was nothing to count."""
    if rate is None:
        return name, DASH, DASH, "0"
    return name, percent(rate["value"]), interval(rate["bounds"]), str(rate["n"])


def _print_rows(name: str, rows: Sequence[Sequence[str]]) -> None:
    """A table with the headings of its CSV file; nothing where it has no rows."""
    if rows:
        columns = find("numbers.csv")[name]
        stdout().print("")
        stdout().print(table(columns, rows, right=[place for place, text in enumerate(rows[0]) if text.isdigit()]))


def _print_drift(found: Mapping[str, Any]) -> None:
    sides = {name: found[name] for name in ("recent", "base")}
    counts = {f"{name}_{key}": side[key] for name, side in sides.items() for key in ("conversations", "unknown")}
    if not found["enough"]:
        tell("drift.little", days=found["days"], **counts)
        return
    shares = {f"{name}_share": percent(side["share"]) for name, side in sides.items()}
    tell("drift.unknown", days=found["days"], p=chance(found["p"]), **counts, **shares)
    for one in found["words"]:
        tell("drift.word", **one)
    tell("drift.notice" if found["notices"] else "drift.quiet")
