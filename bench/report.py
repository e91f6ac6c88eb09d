"""docs/benchmarks.md and its plots, out of what the parts wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.assistants import NAMES
from bench.measure import BARE, CONTENDERS, FLOOR, OURS, PEER, Figure, Measure
from bench.plots import lines
from bench.targets import targets

PAGE, IMAGES = "benchmarks.md", "images"
SHORT = {OURS: "ours", FLOOR: "floor", BARE: "floor, our channel", PEER: "stock"}
TITLES = {
    "turn": "One turn through the edge",
    "pieces": "Each piece by itself",
    "starting": "Starting, and memory",
    "training": "Training",
    "growth": "Search as the book grows",
}
HEAD = """# Benchmarks

Written by `make bench`; every figure is also in `build/bench.json`. All contenders run as real processes on one machine
and answer the same questions in turn: written questions, none twice, each in a conversation of its own.

{contenders}

Figures are medians (or the quantile that is named) with 95 % bounds by bootstrap; under load they are of whole runs.
The ratio is ours to the floor's, or to the peer's where there is no floor. What was done about them:
[0018](decisions/0018-speed.md).
"""


def write_report(parts: Mapping[str, Any], docs: Path) -> None:
    """The page and the plots of the parts that are there."""
    measures = {part: [Measure.of(one) for one in of["measures"]] for part, of in parts.items()}
    by_name = {one.name: one for of in measures.values() for one in of}
    (docs / IMAGES).mkdir(parents=True, exist_ok=True)
    plots = _plots(by_name)
    for name, (_alt, svg) in plots.items():
        (docs / IMAGES / name).write_text(svg, encoding="utf-8")
    contenders = "\n".join(f"- **{SHORT[name]}**: {NAMES[name]}" for name in CONTENDERS)
    sections = [HEAD.format(contenders=contenders), _machines(parts), _targets(by_name)]
    for part, title in TITLES.items():
        if part in measures:
            own = {name: alt for name, (alt, _svg) in plots.items() if name.startswith(f"bench-{part}")}
            drawn = [f"![{alt}]({IMAGES}/{name})" for name, alt in own.items()]
            table = _table(measures[part], names_of(part))
            sections.append("\n\n".join([f"## {title}", *drawn, table]) + "\n")
    (docs / PAGE).write_text("\n".join(sections), encoding="utf-8")


def _machines(parts: Mapping[str, Any]) -> str:
    """What each part was measured on, and how busy that was before."""
    rows = ["## The machine", "", "| part | when | load before it | took, s | |", "|---|---|---|---|---|"]
    for part, of in parts.items():
        one = of["machine"]
        about = f"{one['processor']}, {one['cores']} cores, {one['memory_gb']} GB, Python {one['python']}"
        quick = " (quick: a few turns, no figures to go by)" if of["quick"] else ""
        load = " ".join(map(str, one["load"]))
        rows.append(f"| {part} | {one['at']}, {one['commit']} | {load} | {of['took_s']} | {about}{quick} |")
    busiest = max(of["machine"]["load"][0] / of["machine"]["cores"] for of in parts.values())
    quiet = "The machine was quiet." if busiest < 0.5 else (
        "**The machine was busy with other work** (load before a part above half its cores): times are longer than on a"
        " quiet one, and ratios carry the noise of what ran beside them."
    )  # fmt: skip
    return "\n".join([*rows, "", quiet, ""])


def _targets(measures: Mapping[str, Measure]) -> str:
    rows = ["## Targets", "", "| | found | aimed at | |", "|---|---|---|---|"]
    for one in targets(measures):
        found = "not measured" if one.found is None else _number(one.found)
        verdict = {True: "met", False: "**missed**", None: ""}[one.met]
        rows.append(f"| {one.words} | {found} | {'≤' if one.at_most else '≥'} {one.bound:g} | {verdict} |")
    return "\n".join([*rows, ""])


def names_of(part: str) -> Mapping[str, str]:
    """What the contenders of a part are called in a table or plot."""
    return {OURS: "flat", PEER: "HNSW"} if part == "growth" else SHORT


def _table(measures: Sequence[Measure], names: Mapping[str, str]) -> str:
    there = [name for name in CONTENDERS if any(name in one.figures for one in measures)]
    head = ["", "unit", *(names[name] for name in there), "ratio", "runs"]
    rows = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for one in measures:
        cells = [_cell(one.figures.get(name)) for name in there]
        ratio = "" if one.ratio is None else _number(one.ratio)
        rows.append(f"| {' | '.join([one.name, one.unit, *cells, ratio, str(one.runs)])} |")
    notes = [f"{one.name}: {one.note}." for one in measures if one.note]
    return "\n".join([*rows, *(f"\n{note}" for note in notes)])


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    bounds = f" ({_number(figure.bounds[0])}–{_number(figure.bounds[1])})" if figure.bounds else ""
    return _number(figure.value) + bounds


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _plots(measures: Mapping[str, Measure]) -> dict[str, tuple[str, str]]:
    """By file name what each shows and its SVG; those for which nothing was measured are left out."""
    crowds = [name.split()[0] for name in measures if name.endswith("at once, turns a second")]
    sizes = [name.split()[0] for name in measures if name.endswith("vectors, search")]
    wanted = {
        "bench-turn-rate.svg": ("Turns a second by how many ask at once", "1/s", crowds, "{} at once, turns a second"),
        "bench-turn-p95.svg": ("What the slowest twentieth wait, by how many ask", "ms", crowds, "{} at once, p95"),
        "bench-growth-search.svg": ("One search by number of vectors", "ms", sizes, "{} vectors, search"),
        "bench-growth-built.svg": ("Building by number of vectors", "s", sizes, "{} vectors, index built"),
    }
    drawn = {}
    for name, (title, unit, steps, pattern) in wanted.items():
        if steps:
            found = [measures[pattern.format(step)] for step in steps]
            there = [one for one in CONTENDERS if any(one in of.figures for of in found)]
            names = names_of(name.split("-")[1])
            of = {one: [at.figures.get(one) for at in found] for one in there}
            drawn[name] = (title, lines(title, unit, steps, of, names))
    return drawn
