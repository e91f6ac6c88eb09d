"""How many machines a province needs, out of the figures of a soak: `python -m scripts.capacity`.

Every assumption is an option; every measured figure comes from build/soak.json, so that a new run gives a new plan.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SOAK = Path("build/soak.json")
DAY_S, YEAR = 86_400, 365
OURS = ("edge", "rasa", "actions")
SPARE = 1  # a node more than needed: one may be lost at the peak


def plan(measured: Mapping[str, Any], given: argparse.Namespace) -> dict[str, float]:
    """The figures of the plan by name."""
    turns_a_day = given.people * given.asking / YEAR * given.talks * given.turns
    peak = turns_a_day / DAY_S * given.peak
    cpu_ms = {kind: of(measured["cpu_ms_a_turn"], kind) for kind in (*OURS, "postgres", "redis", "nginx")}
    ours_ms = sum(cpu_ms[kind] for kind in OURS)
    cores = peak * ours_ms / 1000 / given.load
    memory = {kind: of(measured["memory_mb"], kind, "last") / given.copies for kind in OURS}
    copies = {kind: math.ceil(peak * cpu_ms[kind] / 1000 / given.load) + SPARE for kind in OURS}
    stored = sum(measured["bytes_a_turn"].values())
    nodes = math.ceil(cores / given.node_cores) + SPARE
    return {
        "turns_a_day": turns_a_day,
        "peak_turns_a_second": peak,
        **{f"{kind}_ms_a_turn": cpu_ms[kind] for kind in cpu_ms},
        **{f"{kind}_processes": copies[kind] for kind in OURS},
        "cores": cores,
        "nodes": nodes,
        "memory_gb": sum(copies[kind] * memory[kind] for kind in OURS) / 1000,
        "database_cores": peak * cpu_ms["postgres"] / 1000 / given.load,
        "redis_cores": peak * cpu_ms["redis"] / 1000 / given.load,
        "stored_gb_a_day": turns_a_day * stored / 1e9,
        "stored_tb_kept": turns_a_day * stored * given.days / 1e12,
        "written_turns_a_second": peak,
    }


def of(figures: Mapping[str, Any], kind: str, part: str = "") -> float:
    """The sum over all processes of a kind."""
    found = [value for name, value in figures.items() if name.partition("-")[0] == kind]
    return sum(value[part] if part else value for value in found)


def main() -> None:
    """Print the plan, as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=float, default=100e6)
    parser.add_argument("--asking", type=float, default=0.3, help="share of the people who ask in a year")
    parser.add_argument("--talks", type=float, default=2, help="conversations a year of who asks")
    parser.add_argument("--turns", type=float, default=5, help="turns a conversation")
    parser.add_argument("--peak", type=float, default=10, help="the busiest minute over the mean of a day")
    parser.add_argument("--load", type=float, default=0.6, help="of a core that may be used at the peak")
    parser.add_argument("--node-cores", type=float, default=8)
    parser.add_argument("--copies", type=int, default=2, help="of each process in the soak")
    parser.add_argument("--days", type=float, default=365, help="that the journal is kept")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = plan(json.loads(SOAK.read_text(encoding="utf-8")), given)
    if given.json:
        print(json.dumps(figures, indent=1))
        return
    print("\n".join(f"| {name} | {value:,.3g} |" for name, value in figures.items()))


if __name__ == "__main__":
    main()
