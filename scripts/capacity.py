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

SOAK, PAGE = Path("build/soak.json"), Path("docs/capacity.md")
BEGIN, END = "<!-- begin: python -m scripts.capacity --write -->", "<!-- end -->"
NAMES = {
    "turns_a_day": "每天的问答数",
    "peak_turns_a_second": "高峰每秒问答数",
    "edge_ms_a_turn": "每问用的 CPU：edge，毫秒",
    "rasa_ms_a_turn": "每问用的 CPU：rasa，毫秒",
    "actions_ms_a_turn": "每问用的 CPU：actions，毫秒",
    "postgres_ms_a_turn": "每问用的 CPU：PostgreSQL，毫秒",
    "redis_ms_a_turn": "每问用的 CPU：Redis，毫秒",
    "nginx_ms_a_turn": "每问用的 CPU：nginx，毫秒",
    "edge_processes": "edge 进程",
    "rasa_processes": "rasa 进程",
    "actions_processes": "actions 进程",
    "cores": "核数（edge、rasa、actions）",
    "nodes": "机器数",
    "memory_gb": "内存（edge、rasa、actions），GB",
    "database_cores": "PostgreSQL 的核数",
    "redis_cores": "Redis 的核数",
    "stored_gb_a_day": "数据库每天增加，GB",
    "stored_tb_kept": "要留的磁盘，TB",
}
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
    parser.add_argument("--write", action="store_true", help="into docs/capacity.md")
    given = parser.parse_args()
    measured = json.loads(SOAK.read_text(encoding="utf-8"))
    figures = plan(measured, given)
    if given.json:
        print(json.dumps(figures, indent=1))
        return
    lines = page(measured, figures, given)
    print("\n".join(lines))
    if given.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        PAGE.write_text("\n".join([f"{before}{BEGIN}", *lines, f"{END}{after}"]), encoding="utf-8")


def page(measured: Mapping[str, Any], figures: Mapping[str, float], given: argparse.Namespace) -> list[str]:
    """What the page shows: where the figures come from, what is assumed, and the plan."""
    verdict = "合格" if measured["green"] else "**没有合格**，只看每问用的 CPU 和字节"
    return [
        f"量的：{measured['minutes']:g} 分钟，{measured['turns']} 问，每秒 {measured['rate_per_s']:.1f} 问，",
        f"没答上 {measured['failed']} 问，{verdict}（`make soak`，各两份、同一台两核的机器）。",
        "",
        f"假设：{given.people / 1e8:g} 亿人，一年里 {given.asking:.0%} 的人来问，",
        f"每人 {given.talks:g} 段对话、每段 {given.turns:g} 问，最忙一分钟是平均的 {given.peak:g} 倍，",
        f"一个核最多用到 {given.load:.0%}，每台 {given.node_cores:g} 核，保留 {given.days:g} 天。",
        "",
        "| 量 | 数 |",
        "|---|---|",
        *(f"| {NAMES[name]} | {shown(value)} |" for name, value in figures.items()),
    ]


def shown(value: float) -> str:
    """A figure with as many digits as it deserves."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
