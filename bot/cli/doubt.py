"""`guidebot learn doubt`: examples that may stand in the wrong place, written ones and those about to be taught."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.alone import working_alone
from bot.cli.console import print_json, stdout, steps, table, tell
from bot.cli.eval_tables import percent
from bot.cli.index import quiet_libraries
from bot.cli.journal import open_journal
from bot.cli.options import AsJson
from bot.cli.problem import MISUSED, CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say


def add_to(group: typer.Typer) -> None:
    """Add the command to the group `learn`."""
    group.command("doubt")(doubt)


def doubt(
    cluster: Annotated[str | None, typer.Argument(show_default=False)] = None,
    verdict: Annotated[str | None, typer.Option("--as", show_default=False)] = None,
    show: Annotated[int, typer.Option("--show", min=1)] = 40,
    as_json: AsJson = False,
) -> None:
    """Written questions that another guide is likelier for; or what speaks against a decision about a cluster."""
    if (cluster is None) != (verdict is None):
        raise CliError.of("doubt_of_what", MISUSED)
    if cluster and verdict:
        _doubt_decision(cluster, verdict, as_json)
    else:
        _doubt_written(show, as_json)


def _doubt_written(show: int, as_json: bool) -> None:
    from bot.learn.doubt.written import doubts

    settings = project_settings()
    with working_alone(), quiet_libraries(), steps(say("doubt.looking")) as step:
        found = doubts(settings, step)
    if as_json:
        print_json([one.to_json() for one in found])
        return
    rows = [(f"{one.file}:{one.line}", one.text, one.given, one.likelier, f"{one.score:.2f}") for one in found[:show]]
    stdout().print(table(find("doubt.columns"), rows, right=[4]))
    tell("doubt.found", count=len(found))


def _doubt_decision(cluster: str, verdict: str, as_json: bool) -> None:
    from bot.learn.decide.verdict import Verdict
    from bot.learn.doubt.pending import warnings
    from bot.learn.mine.run import kept_cluster
    from index.engine import Engine

    settings, ruling = project_settings(), Verdict.of(verdict)
    with open_journal() as journal:
        texts = [member.text for member in kept_cluster(journal, cluster).members]
    with quiet_libraries():
        found = warnings(texts, ruling, Engine.load(settings), settings)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        share = None if one.probability is None else percent(one.probability)
        tell(f"doubt.why.{one.why}", text=one.text, guide=one.guide, other=one.other, share=share)
    if not found:
        tell("doubt.nothing")
