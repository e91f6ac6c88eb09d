"""`guidebot learn`: what citizens said, what is worth learning from it, and what is done about it."""

from __future__ import annotations

from getpass import getuser
from typing import Annotated

import typer

from bot.cli import doubt, figures, nightly
from bot.cli.alone import working_alone
from bot.cli.console import print_json, stderr, stdout, steps, table, tell
from bot.cli.index import quiet_libraries
from bot.cli.journal import open_journal
from bot.cli.options import AsJson, By
from bot.cli.problem import FAILED, CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say

Sender = Annotated[str, typer.Argument(show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the group `learn`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("mine")(mine)
    group.command("accept")(accept)
    group.command("undo")(undo)
    group.command("history")(history)
    group.command("import")(take_in)
    group.command("export")(export)
    group.command("forget")(forget)
    group.command("sweep")(sweep)
    for module in (figures, doubt, nightly):
        module.add_to(group)
    app.add_typer(group, name="learn")


def mine(as_json: AsJson = False, show: Annotated[int, typer.Option("--show", min=1)] = 20) -> None:
    """Find what is worth learning in the journal."""
    from bot.learn.mine.known import Known
    from bot.learn.mine.run import mine as mine_journal
    from bot.learn.trained import last_trained
    from index.engine import Engine

    settings = project_settings()
    with open_journal() as journal, quiet_libraries(), steps(say("learn.mining")) as step:
        known = Known.load(settings, Engine.load(last_trained(settings)))
        mined = mine_journal(journal, known, settings.data_dir, step)
    if as_json:
        print_json({"counts": mined.counts, "clusters": [one.to_json() for one in mined.clusters]})
        return
    rows = [(one.id, str(one.size), one.name, verdict_name(one.suggestion.verdict)) for one in mined.clusters[:show]]
    stdout().print(table(find("learn.mine_columns"), rows, right=[1]))
    tell("learn.mined", clusters=len(mined.clusters), **mined.counts)


def verdict_name(verdict: str) -> str:
    """A verdict in the operator's words, with what it is about."""
    kind, _, about = verdict.partition(":")
    return f"{say(f'verdicts.{kind}')} {about}".strip()


def accept(
    cluster: Annotated[str, typer.Argument(show_default=False)],
    verdict: Annotated[str, typer.Option("--as", show_default=False)],
    response: Annotated[str | None, typer.Option("--response")] = None,
    without: Annotated[list[str] | None, typer.Option("--without")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Decide about a cluster and write it into the data."""
    from bot.learn.decide.decide import Ruling
    from bot.learn.decide.decide import accept as accept_cluster
    from bot.learn.decide.verdict import Verdict

    settings = project_settings()
    ruling = Ruling(Verdict.of(verdict), by or getuser(), response, frozenset(without or ()))
    with working_alone(), open_journal() as journal:
        made = accept_cluster(journal, settings, cluster, ruling)
    if as_json:
        print_json(vars(made))
        return
    for text, other, guide in made.warnings:
        stderr().print(say("learn.double", text=text, other=other, guide=guide))
    if made.left_out:
        stderr().print(say("learn.left_out", count=len(made.left_out), texts="、".join(made.left_out)))
    about = {"id": made.id, "verdict": verdict_name(made.verdict), "count": len(made.taught)}
    tell("learn.accepted" if made.files else "learn.noted", **about, files="、".join(made.files))


def undo(decision: Annotated[int, typer.Argument(show_default=False)], by: By = None, as_json: AsJson = False) -> None:
    """Take a decision back."""
    from bot.learn.decide.decide import undo as undo_decision

    project_settings()
    with working_alone(), open_journal() as journal:
        files = undo_decision(journal, decision, by or getuser())
    if as_json:
        print_json({"id": decision, "files": files})
    else:
        tell("learn.undone", id=decision, files="、".join(files))


def history(as_json: AsJson = False) -> None:
    """List all decisions."""
    from bot.learn.decide.decide import history as all_decisions

    with open_journal() as journal:
        found = all_decisions(journal)
    if as_json:
        print_json(found)
        return
    rows = [
        (str(one["id"]), one["at"][:16], one["by"], one["name"], verdict_name(one["verdict"]), one["undone_by"] or "")
        for one in found
    ]
    stdout().print(table(find("learn.history_columns"), rows, right=[0]))


def take_in(source: Annotated[str, typer.Argument(show_default=False)], as_json: AsJson = False) -> None:
    """Take an old log into the journal."""
    from bot.learn.log import intake

    with open_journal() as journal:
        taken = intake.take_in(journal, source)
    if as_json:
        print_json(vars(taken))
    else:
        tell("learn.taken", **vars(taken))


def export(sender: Sender) -> None:
    """Print all that one person said, as JSON."""
    from bot.learn.log import people

    with open_journal() as journal:
        found = people.export(journal, sender)
    if not found:
        raise CliError.of("nobody", FAILED, sender=sender)
    print_json(found)


def forget(sender: Sender) -> None:
    """Delete all that one person said."""
    from bot.learn.log import people

    with open_journal() as journal:
        count = people.forget(journal, sender)
    if not count:
        raise CliError.of("nobody", FAILED, sender=sender)
    tell("learn.forgotten", sender=sender, count=count)


def sweep(as_json: AsJson = False) -> None:
    """Delete what is older than the settings allow."""
    from bot.edge import retention

    days = project_settings().journal_days
    with open_journal() as journal:
        swept = {"count": retention.sweep(journal, days), "days": days}
    print_json(swept) if as_json else tell("learn.swept", **swept)
