"""`guidebot eval`: the sets of questions put to the running service, and how it did: tables, JSON and a page."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import print_json, stderr, steps, tell
from bot.cli.eval_sets import bar, default_sets, read_rows, score
from bot.cli.eval_tables import print_report
from bot.cli.index import quiet_libraries
from bot.cli.ports import public_url
from bot.cli.problem import FAILED, MISUSED, CliError, told
from bot.cli.project import settings
from bot.cli.words import find, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.learn.evaluate import Row
    from bot.learn.score.ranking import Ranked
    from bot.learn.score.report import Report
    from bot.settings import Settings
    from index.engine import Engine

REPORT, PAGE = Path("build/eval.json"), Path("build/eval.html")


class By(StrEnum):
    """What a long table has a row for."""

    STYLE = "style"
    GUIDE = "guide"
    SECTION = "section"


def add_to(app: typer.Typer) -> None:
    """Add the command `eval`."""
    app.command("eval")(evaluate)


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    url: Annotated[str | None, typer.Option("--url")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", metavar="OUT")] = None,
    show: Annotated[int, typer.Option("--show", min=0, show_default=False)] = 0,
    by: Annotated[list[By] | None, typer.Option("--by", show_default=False)] = None,
    against: Annotated[Path | None, typer.Option("--against", metavar="FILE")] = None,
    peers: Annotated[bool, typer.Option("--peers")] = False,
    epochs: Annotated[int, typer.Option("--epochs", min=1)] = 30,
    minutes: Annotated[int, typer.Option("--minutes", min=1)] = 30,
) -> None:
    """Put the sets to the running service; print how it did and keep all of it in build/eval.json and a page."""
    from bot.cli.client import Assistant, first_key
    from bot.learn.score.report import report_of

    here, before = settings(), _read_report(against)
    rows = {path: read_rows(path) for path in files or default_sets()}
    engine = _engine(here, needed=peers)
    seconds: list[float] = []
    total = sum(map(len, rows.values()))
    with Assistant(url or public_url(here), "" if url else first_key(here)) as assistant, bar(total) as advance:
        cases = {str(path): score(of, assistant, seconds, advance) for path, of in rows.items()}
    report = report_of(cases, seconds)
    report["against"] = _compared(before, report, against)
    report |= _offline([row for of in rows.values() for row in of], engine, here, (epochs, minutes) if peers else None)
    _keep(report, json_out, here)
    if str(json_out) != "-":
        print_report(report, show, by or [])
        tell("eval.written", file=json_out or REPORT, page=PAGE)
    _end(report, against)


def _read_report(path: Path | None) -> Report | None:
    """An earlier run's JSON. CliError where the file is none."""
    if path is None:
        return None
    if not path.is_file():
        raise CliError.of("no_file", MISUSED, file=path)
    try:
        report: Report = json.loads(path.read_text(encoding="utf-8"))
        usable = all({"kind", "cases"} <= of.keys() for of in report["sets"].values())
    except (ValueError, TypeError, KeyError, AttributeError):
        usable = False
    if not usable:
        raise CliError.of("no_report", MISUSED, file=path)
    return report


def _engine(here: Settings, needed: bool) -> Engine | None:
    """The ranker. Without a usable index here: the problem where it is `needed`, else None and a word about it."""
    from index.engine import Engine

    try:
        with quiet_libraries():
            return Engine.load(here)
    except Exception as error:
        problem = told(error)
        if needed or problem is None:
            raise
        stderr().print(say("eval.no_ranking", problem=problem))
        return None


def _offline(rows: Sequence[Row], engine: Engine | None, here: Settings, patience: tuple[int, int] | None) -> Report:
    """What the ranker alone says of the questions; and the peers, where `patience` says how long one may learn."""
    from bot.learn.score.ranking import rank
    from bot.learn.score.report import ranking_report
    from index.families import Families

    if engine is None:
        return {"ranking": None, "peers": []}
    with quiet_libraries():
        ranked = rank(engine, rows)
        ranking = ranking_report(ranked, Families(engine.guides))
        return {"ranking": ranking, "peers": _peers(ranked, engine, here, *patience) if patience else []}


def _compared(before: Report | None, after: Report, path: Path | None) -> Report | None:
    """CliError where the two runs have no question in common."""
    from bot.learn.score.comparison import compare

    if before is None:
        return None
    try:
        comparison = compare(before, after)
    except ValueError:
        raise CliError.of("nothing_in_common", MISUSED, file=path) from None
    return {"file": str(path), **asdict(comparison), "is_worse": comparison.is_worse}


def _peers(ranked: Sequence[Ranked], engine: Engine, here: Settings, epochs: int, minutes: int) -> list[Report]:
    """Ours and the peers. A peer that fails is told and left out: the others' figures stand without it."""
    from bot.learn.problem import LearnError
    from bot.learn.score.diet import Diet
    from bot.learn.score.peers import peers, stand
    from index.build import untuned_encoder
    from index.corpus import load_questions
    from index.e5 import EncoderError

    if not any(one.wanted for one in ranked):
        raise CliError.of("no_single", MISUSED)
    names, made = find("eval.peers.names"), []
    with steps(say("eval.peers.running")) as step:
        diet = Diet(epochs, minutes, lambda epoch: step(say("eval.peers.epoch", epoch=epoch, epochs=epochs)))
        guides, questions = list(engine.guides.values()), load_questions(here.data_dir / "questions")
        others = peers(guides, questions, lambda: untuned_encoder(here, step), engine.encoder, diet)
        try:
            for standing in stand(ranked, others):
                step(names[standing.name])
                made.append(asdict(standing))
        except (LearnError, EncoderError) as error:
            stderr().print(str(told(error)))
    return made


def _keep(report: Report, out: Path | None, here: Settings) -> None:
    """Write build/eval.json, the page, and `out` or, for `-`, the standard output."""
    from bot.book.guide import load_guides
    from bot.learn.page import render

    text = json.dumps(report, ensure_ascii=False, indent=1)
    titles = {**find("sections"), **{guide.id: guide.title for guide in load_guides(here.guides_dir)}}
    contents = dict.fromkeys({REPORT, out or REPORT} - {Path("-")}, text + "\n")
    page = render("eval.html", report=report, titles=titles, words=find("eval"))
    for path, content in {**contents, PAGE: page}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    if str(out) == "-":
        print_json(report)


def _end(report: Report, against: Path | None) -> None:
    """A failed command where replies broke the contract, or the run is worse than the one before beyond noise."""
    if report["broken"]:
        raise CliError.of("broken_replies", FAILED, count=report["broken"])
    if report["against"] and report["against"]["is_worse"]:
        raise CliError.of("worse", FAILED, file=against)
