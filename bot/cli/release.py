"""`guidebot release`: what was trained, measured against what is live, promoted and rolled back."""

from __future__ import annotations

from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.alone import working_alone
from bot.cli.console import print_json, stdout, steps, table, tell
from bot.cli.journal import open_journal
from bot.cli.options import AsJson, By
from bot.cli.problem import FAILED, CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say

if TYPE_CHECKING:
    from bot.learn.release.gate import Check, GateConfig, Report
    from bot.learn.release.measure import Measured
    from bot.learn.release.store import Release, Releases

Name = Annotated[str, typer.Argument()]
_SHOWN = {
    "single": ("answered", "resolved", "wrong", "section"),
    "dialogue": ("whole",),
    "out_of_scope": ("refused", "answered"),
}


def add_to(app: typer.Typer) -> None:
    """Add the group `release`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_releases)
    for command in (compare, gate, replay, promote, rollback):
        group.command(command.__name__)(command)
    app.add_typer(group, name="release")


def list_releases(as_json: AsJson = False) -> None:
    """List all releases, the newest first."""
    releases = _releases()
    live = releases.current()
    found = [{**_about(one), "live": bool(live and one.id == live.id)} for one in releases.all()]
    if as_json:
        print_json(found)
        return
    rows = [(one["id"], one["made_at"][:16], str(one["size_mb"]), say("release.live") * one["live"]) for one in found]
    stdout().print(table(find("release.list_columns"), rows, right=[2]))


def compare(first: Name, second: Name = "", as_json: AsJson = False) -> None:
    """Measure two releases, the second of them the live one where none is named."""
    releases = _releases()
    one, other = releases.find(first), releases.find(second) if second else _live(releases)
    with working_alone():
        found = [_measure(release, releases) for release in (one, other)]
    rates = {
        f"{kind}.{name}": [round(measured.rate(kind, name), 4) for measured in found]
        for kind, names in _SHOWN.items()
        for name in names
    }
    rates |= {name: [getattr(measured, name) for measured in found] for name in ("p50_ms", "p95_ms", "size_mb")}
    if as_json:
        print_json({"releases": [one.id, other.id], "figures": rates})
        return
    rows = [(_figure(name), *map(_shown, values)) for name, values in rates.items()]
    stdout().print(table([say("release.figure"), one.id, other.id], rows, right=[1, 2]))


def gate(release: Name = "latest", as_json: AsJson = False) -> None:
    """Measure a release against the live one; ends with 1 where it may not take its place."""
    from bot.learn.release.gate import judge_release

    releases = _releases()
    new, live = releases.find(release), releases.current()
    with working_alone():
        before = _measure(live, releases) if live and live.id != new.id else None
        report = judge_release(_measure(new, releases), before, _config())
        report.keep(releases)
    print_json(report.to_json()) if as_json else _print_report(report)
    if not report.passed:
        raise typer.Exit(FAILED)


def replay(
    release: Name = "latest",
    days: Annotated[int, typer.Option("--days", min=1)] = 7,
    most: Annotated[int, typer.Option("--most", min=1)] = 300,
    as_json: AsJson = False,
) -> None:
    """Show which of the last days' messages would come to something else under a release than under the live one."""
    from bot.learn.release import replay as replaying

    releases = _releases()
    new, live = releases.find(release), _live(releases)
    with open_journal() as journal:
        counts = replaying.said_lately(journal, days, most)
    if not counts:
        raise CliError.of("nothing_said", FAILED, days=days)
    with working_alone(), steps(say("release.replaying", count=len(counts))) as step:
        came = []
        for one in (live, new):
            step(one.id)
            came.append(replaying.answers(one, list(counts)))
    found = replaying.differences(counts, *came)
    if as_json:
        print_json({"messages": len(counts), "differences": [one.to_json() for one in found]})
        return
    rows = [(str(one.count), one.text, _came(one.now), _came(one.then)) for one in found]
    stdout().print(table(find("release.replay_columns"), rows, right=[0]))
    tell("release.replayed", count=len(counts), changed=len(found), release=new.id, live=live.id)


def promote(
    release: Name = "latest",
    anyway: Annotated[bool, typer.Option("--anyway")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Make a release the live one."""
    from bot.learn.release.gate import may_promote

    releases = _releases()
    new, live = releases.find(release), releases.current()
    if live and live.id == new.id:
        raise CliError.of("is_live", FAILED, release=new.id)
    if not anyway and not may_promote(releases, new, live):
        raise CliError.of("not_gated", FAILED, release=new.id)
    releases.promote(new, by or getuser())
    _tell_live(new, live, as_json)


def rollback(by: By = None, as_json: AsJson = False) -> None:
    """Make the release before the live one live again."""
    releases = _releases()
    live = releases.current()
    _tell_live(releases.rollback(by or getuser()), live, as_json)


def _releases() -> Releases:
    from bot.learn.release.store import Releases

    project_settings()
    return Releases()


def _live(releases: Releases) -> Release:
    live = releases.current()
    if live is None:
        raise CliError.of("nothing_live", FAILED)
    return live


def _config() -> GateConfig:
    from bot.learn.release.gate import GateConfig

    return GateConfig.load(project_settings().data_dir / "gate.yml")


def _measure(release: Release, releases: Releases) -> Measured:
    from bot.learn.release.measure import measured

    with steps(say("release.measuring")) as step:
        return measured(release, releases, _config().sets, step)


def _about(release: Release) -> dict[str, Any]:
    whole = release.to_json()
    kept = ("id", "made_at", "content", "code", "figures")
    return {**{name: whole[name] for name in kept}, "size_mb": round(release.size_mb(), 1)}


def _tell_live(now: Release, before: Release | None, as_json: bool) -> None:
    if as_json:
        print_json({"live": now.id, "before": before.id if before else None})
    else:
        tell("release.promoted", release=now.id, before=before.id if before else say("release.none"))


def _print_report(report: Report) -> None:
    rows = [_check_row(check) for check in report.checks]
    stdout().print(table(find("release.gate_columns"), rows, right=[2, 3]))
    tell("release.passed" if report.passed else "release.stopped", release=report.release, live=report.live)


def _check_row(check: Check) -> tuple[str, str, str, str, str]:
    details = "、".join(f"{name} {value}" for name, value in check.details.items())
    state = say("release.holds" if check.holds else "release.broken")
    return state, say(f"release.checks.{check.name}"), f"{check.found:g}", f"{check.allowed:g}", details


def _came(came: tuple[str, str | None]) -> str:
    act, guide = came
    return f"{find(f'acts.{act}') or act} {guide or ''}".strip()


def _figure(name: str) -> str:
    kind, _, rate = name.partition(".")
    return str(find(f"eval.rates.{kind}.{rate}") or say(f"release.figures.{name}"))


def _shown(value: float) -> str:
    return f"{value:g}"
