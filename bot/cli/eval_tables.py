"""What `guidebot eval` prints of a report: short tables, and the long ones that were asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.console import stdout, table, tell
from bot.cli.words import find, say

if TYPE_CHECKING:
    from bot.learn.score.report import Report

MOST_PAIRS = 8
LONGEST_TEXT = 80
DASH = "—"
FAMILY_COUNTS = ("n", "right", "sibling", "elsewhere")


def print_report(report: Report, show: int, by: Sequence[str]) -> None:
    """Each set, the times, and what the ranker, the peers and another run say where they were asked."""
    for name, one in report["sets"].items():
        _print_set(Path(name), one, show, by)
    tell("eval.times", **report["times"])
    if report["ranking"]:
        _print_ranking(report["ranking"])
    if report["peers"]:
        _print_peers(report["peers"])
    if report["against"]:
        _print_comparison(report["against"], show)


def _print_set(file: Path, one: Report, show: int, by: Sequence[str]) -> None:
    """Rates and the main one by style, then the first `show` cases that fell short."""
    from bot.learn.evaluate import HEADLINE

    names, headline = _measures(one), HEADLINE[one["kind"]]
    rows = [_rate_row(names[name], rate) for name, rate in one["rates"].items()]
    rows += [
        _rate_row(say("eval.group", rate=names[headline], group=group), rates[headline])
        for group, rates in one["by"]["style"].items()
    ]
    tell("eval.set", file=file, n=one["n"])
    stdout().print(table(find("eval.columns"), rows, right=(1, 2, 3)))
    for dimension in by:
        _print_groups(one, dimension, names, headline)
    for case in [case for case in one["cases"] if case["outcome"][headline] < 1][:show]:
        _print_case(case)


def _print_groups(one: Report, dimension: str, names: Mapping[str, str], headline: str) -> None:
    """All rates by style, guide or section, and the interval of the main one; nothing where the set has none."""
    groups = one["by"][dimension]
    if groups:
        main = say("eval.interval", rate=names[headline])
        columns = [find("eval.by")[dimension], *names.values(), main, find("eval.n")]
        rows = [
            (group, *(percent(rates[name]["value"]) for name in names), interval(rates[headline]["bounds"]), _n(rates))
            for group, rates in groups.items()
        ]
        stdout().print("")
        stdout().print(table(columns, rows, right=range(1, len(columns))))


def _print_case(case: Mapping[str, Any]) -> None:
    tell("eval.short", row=json.dumps(case["row"], ensure_ascii=False))
    for reply in case["replies"]:
        got = {key: reply.get(key) for key in ("act", "guide", "section", "slot") if reply.get(key)}
        text = str(reply.get("text", ""))[:LONGEST_TEXT]
        tell("eval.got", got=json.dumps(got, ensure_ascii=False), text=text)


def _print_ranking(ranking: Report) -> None:
    """Calibration in a line, families in which guides were confused, and the commonest confusions."""
    whole, scope = (ranking["calibration"][name] for name in ("all", "scope"))
    tell("eval.ranking.calibration", n=whole["n"], ece=percent(whole["ece"]), scope=percent(scope["ece"]))
    coverage = {f"at{place}": percent(share) for place, share in enumerate(ranking["risk"]["coverage"].values())}
    tell("eval.ranking.risk", **coverage)
    confusion = ranking["confusion"]
    families = [one for one in confusion["families"] if one["right"] < one["n"]]
    rows = [("、".join(one["guides"]), *(str(one[name]) for name in FAMILY_COUNTS)) for one in families]
    if rows:
        tell("eval.ranking.families")
        stdout().print(table(find("eval.ranking.columns"), rows, right=(1, 2, 3, 4)))
    for pair in confusion["pairs"][:MOST_PAIRS]:
        kin = "siblings" if pair["siblings"] else "others"
        tell("eval.ranking.pair", **{**pair, "kin": find("eval.ranking.kin")[kin]})


def _print_peers(standings: Sequence[Report]) -> None:
    tell("eval.peers.title", n=standings[0]["first"]["n"])
    stdout().print(table(find("eval.peers.columns"), [_standing_row(one) for one in standings], right=range(1, 7)))


def _standing_row(one: Report) -> tuple[str, ...]:
    shares = [text for top in ("first", "third") for text in _rate_row("", one[top])[1:3]]
    ahead = one["ahead"]
    lead = say("eval.peers.ahead", rose=ahead["rose"], fell=ahead["fell"], p=chance(ahead["p"])) if ahead else DASH
    return find("eval.peers.names")[one["name"]], *shares, lead, f"{one['seconds']:.0f}" if ahead else DASH


def _print_comparison(against: Report, show: int) -> None:
    """A row for each measure, how many questions could not be paired, and the first `show` that changed."""
    tell("eval.against.title", file=against["file"])
    rows = [_change_row(one) for one in against["changes"]]
    stdout().print(table(find("eval.against.columns"), rows, right=range(1, 6)))
    if against["only_before"] or against["only_after"]:
        tell("eval.against.unpaired", before=against["only_before"], after=against["only_after"])
    for way in ("worse", "better"):
        for row in against[way][:show]:
            tell(f"eval.against.{way}", row=json.dumps(row, ensure_ascii=False))


def _change_row(change: Report) -> tuple[str, ...]:
    paired = change["paired"]
    name = find(f"eval.rates.{change['kind']}.{change['measure']}")
    counts = (str(paired["n"]), str(paired["rose"]), str(paired["fell"]))
    difference = f"{100 * paired['difference']:+.1f}"
    return name, *counts, difference, chance(paired["p"]), find("eval.against.verdicts")[change["verdict"]]


def _measures(one: Report) -> dict[str, str]:
    return {name: find(f"eval.rates.{one['kind']}.{name}") or name for name in one["rates"]}


def _rate_row(name: str, rate: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return name, percent(rate["value"]), interval(rate["bounds"]), str(rate["n"])


def _n(rates: Mapping[str, Mapping[str, Any]]) -> str:
    return str(next(iter(rates.values()))["n"])


def percent(share: float) -> str:
    """A share in per cent, without the sign."""
    return f"{100 * share:.1f}"


def interval(bounds: Sequence[float] | None) -> str:
    """Bounds in per cent; a dash where there are none."""
    return f"{percent(bounds[0])}–{percent(bounds[1])}" if bounds else DASH


def chance(p: float) -> str:
    """A chance with as many digits as matter."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
