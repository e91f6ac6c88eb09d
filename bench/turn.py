"""One turn through the edge: by itself, and while others are asked at the same time."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.assistants import PROJECT, plan
from bench.measure import CONTENDERS, OURS, Measure, compare, quantile
from bench.processes import BenchError, started
from index.corpus import load_questions

SEED = 7
WARM = 10  # turns before any is timed
PATIENCE_S = 120


@dataclass(frozen=True)
class Extent:
    """How much is asked: turns one by one, and runs of so many turns for each crowd."""

    alone: int
    runs: int
    crowds: Mapping[int, int]  # how many at once → turns a run


FULL = Extent(200, 3, {1: 40, 8: 120, 32: 192, 128: 256})
QUICK = Extent(10, 1, {1: 4, 8: 16})


@dataclass
class Taken:
    """What turns took, in milliseconds, and turns a second run by run; `answers` are those that quoted a guide."""

    all: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    waits: list[list[float]] = field(default_factory=list)


def questions() -> Iterator[str]:
    """Written questions in an order of their own, none twice: what is remembered of a text must not count."""
    texts = sorted({one.text for one in load_questions(PROJECT / "data/questions")})
    random.Random(SEED).shuffle(texts)
    return iter(texts)


def measure(extent: Extent) -> list[Measure]:
    """All contenders run at once and are asked the same questions in turn."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        urls = {
            contender: stack.enter_context(started(plan(contender, Path(name) / contender))).plan.url
            for contender in CONTENDERS
        }
        return asyncio.run(_measure(urls, extent))


async def _measure(urls: Mapping[str, str], extent: Extent) -> list[Measure]:
    texts = questions()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        await _rounds(client, urls, texts, WARM)
        alone = await _rounds(client, urls, texts, extent.alone)
        crowds = {at_once: await _crowds(client, urls, texts, at_once, extent) for at_once in extent.crowds}
    return [*at_rest(alone), *(one for at_once, taken in crowds.items() for one in under_load(at_once, taken))]


async def _rounds(
    client: aiohttp.ClientSession, urls: Mapping[str, str], texts: Iterator[str], count: int
) -> dict[str, Taken]:
    """Each question to every contender, one turn at a time; who is first changes from question to question."""
    taken = {contender: Taken() for contender in urls}
    order = list(urls)
    for _ in range(count):
        text = next(texts)
        order.append(order.pop(0))
        for contender in order:
            took, act = await turn(client, urls[contender], text)
            taken[contender].all.append(took)
            if act == "answer" or contender != OURS:
                taken[contender].answers.append(took)
    return taken


async def _crowds(
    client: aiohttp.ClientSession, urls: Mapping[str, str], texts: Iterator[str], at_once: int, extent: Extent
) -> dict[str, Taken]:
    taken = {contender: Taken() for contender in urls}
    for _ in range(extent.runs):
        asked = [next(texts) for _ in range(extent.crowds[at_once])]
        for contender, url in urls.items():
            began = time.perf_counter()
            took = await crowd(client, url, asked, at_once)
            taken[contender].rates.append(len(asked) / (time.perf_counter() - began))
            taken[contender].waits.append(took)
    return taken


async def crowd(client: aiohttp.ClientSession, url: str, asked: Sequence[str], at_once: int) -> list[float]:
    """What each turn took where always `at_once` of them are under way."""
    waiting, took = iter(asked), []

    async def citizen() -> None:
        for text in waiting:
            took.append((await turn(client, url, text))[0])

    await asyncio.gather(*(citizen() for _ in range(at_once)))
    return took


async def turn(client: aiohttp.ClientSession, url: str, text: str) -> tuple[float, str]:
    """Milliseconds and outcome of the first turn of a new conversation. BenchError where it went wrong."""
    body = {"sender": uuid.uuid4().hex, "message": text}
    began = time.perf_counter()
    async with client.post(f"{url}/webhooks/rest/webhook", json=body) as response:
        messages: list[dict[str, Any]] = await response.json()
    took = 1000 * (time.perf_counter() - began)
    acts = [message["custom"]["act"] for message in messages if "custom" in message]
    if acts == ["error"] or len(acts) != 1:
        raise BenchError(f"{url} answered {messages}")
    return took, acts[0]


def at_rest(taken: Mapping[str, Taken]) -> list[Measure]:
    """What a turn takes that nobody else disturbs."""
    alone = {contender: of.all for contender, of in taken.items()}
    answers = {contender: of.answers for contender, of in taken.items()}
    return [
        compare("turn at rest, p50", "ms", alone),
        compare("turn at rest, p95", "ms", alone, 0.95),
        compare("answer at rest, p50", "ms", answers, note="turns that quoted a guide; the others' are all turns"),
        compare("answer at rest, p95", "ms", answers, 0.95),
    ]


def under_load(at_once: int, taken: Mapping[str, Taken]) -> list[Measure]:
    """Turns a second, and what each waited, where so many are always under way."""
    rates = {contender: of.rates for contender, of in taken.items()}
    measures = [compare(f"{at_once} at once, turns a second", "1/s", rates)]
    for label, share in (("p50", 0.5), ("p95", 0.95)):
        by_run = {one: [quantile(run, share).value for run in of.waits] for one, of in taken.items()}
        measures.append(compare(f"{at_once} at once, {label}", "ms", by_run))
    return measures
