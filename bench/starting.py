"""From start to ready, the first turn after that, and the memory each process takes once it has answered some."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.assistants import plan
from bench.measure import CONTENDERS, Measure, compare
from bench.processes import started
from bench.turn import questions, turn

PARTS = ("edge", "rasa", "actions")


@dataclass(frozen=True)
class Extent:
    """How often each is started, and how many turns it takes before its memory is read."""

    runs: int
    turns: int


FULL = Extent(3, 60)
QUICK = Extent(1, 5)


@dataclass(frozen=True)
class Start:
    """What one start showed: seconds, milliseconds, and megabytes by process."""

    ready_s: float
    first_ms: float
    memory_mb: dict[str, float]


def measure(extent: Extent) -> list[Measure]:
    """The contenders one after the other, as often as wanted."""
    starts: dict[str, list[Start]] = {contender: [] for contender in CONTENDERS}
    texts = questions()
    for _ in range(extent.runs):
        for contender, found in starts.items():
            found.append(start(contender, texts, extent.turns))
    whole = {one: [sum(start.memory_mb.values()) for start in of] for one, of in starts.items()}
    parts = [
        compare(
            f"memory, {part}",
            "MB",
            {one: [start.memory_mb[part] for start in of if part in start.memory_mb] for one, of in starts.items()},
        )
        for part in PARTS
    ]
    return [
        compare("start to ready", "s", {one: [start.ready_s for start in of] for one, of in starts.items()}),
        compare("first turn after it", "ms", {one: [start.first_ms for start in of] for one, of in starts.items()}),
        compare("memory, all processes", "MB", whole),
        *parts,
    ]


def start(contender: str, texts: Iterator[str], turns: int) -> Start:
    """Start a contender, ask it, look at it, end it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, started(plan(contender, Path(name) / "own")) as running:
        first_ms = asyncio.run(_ask(running.plan.url, texts, turns))
        return Start(running.ready_s, first_ms, running.memory_mb())


async def _ask(url: str, texts: Iterator[str], turns: int) -> float:
    async with aiohttp.ClientSession() as client:
        took = [(await turn(client, url, next(texts)))[0] for _ in range(turns)]
    return took[0]
