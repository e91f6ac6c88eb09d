"""Hours of use in short: the cluster at a share of its measured capacity, watched for growth. `make soak`.

Writes build/soak.json and ends with 1 where memory or latency grows, or a turn fails. Growth is the slope of a straight
line through the means of equal stretches, with its 95 % interval (means, since neighbouring samples say nearly the
same); what counts is its cautious end, so that noise is not taken for a leak. The first fifth is warming up.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, quantiles

import httpx
from scipy import stats
from sqlalchemy import create_engine, text

from bot.cluster.cluster import Cluster, running_cluster
from bot.cluster.programs import DATABASES
from scripts import usage

OUT = Path("build/soak.json")
REST = "/webhooks/rest/webhook"
QUESTIONS = (
    "社保卡丢了怎么补",
    "要什么材料",
    "在哪里办",
    "灵活就业怎么参保登记",
    "几天能办好",
    "退休金资格认证怎么做",
    "咨询电话是多少",
    "公积金怎么提取",
)
TURNS = 8  # a conversation
AT_ONCE = 40  # conversations
CROWD = 12  # who ask without a pause while capacity is measured
SAMPLE_S = 2.0
WARMING, STRETCHES = 0.2, 16
ALLOWED_MB_H = 10.0  # of growth a process; a leak of a kilobyte a turn at ten turns a second would be 36
ALLOWED_SLOWER_H = 0.25  # of the median an hour


@dataclass
class Turns:
    """What was asked: when it ended, how long it took, whether it was answered."""

    ended: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Slope:
    """Growth an hour with its 95 % interval, and the means at the two ends."""

    an_hour: float
    low: float
    high: float
    first: float
    last: float


async def ask(client: httpx.AsyncClient, turns: Turns, sender: str, text: str) -> None:
    """One turn."""
    began = time.monotonic()
    try:
        response = await client.post(REST, json={"sender": sender, "message": text})
        response.raise_for_status()
        acts = [item["custom"]["act"] for item in response.json() if "custom" in item]
        failure = "" if acts and acts != ["error"] else "error"
    except (httpx.HTTPError, ValueError) as error:
        failure = type(error).__name__
    turns.ended.append(time.monotonic())
    turns.took.append(1000 * (turns.ended[-1] - began))
    if failure:
        turns.failed.append(failure)


async def capacity(client: httpx.AsyncClient, for_s: float) -> float:
    """Turns a second that a crowd gets answered."""
    turns, until = Turns(), time.monotonic() + for_s

    async def talk(name: str) -> None:
        for number in itertools.count():
            if time.monotonic() > until:
                return
            await ask(client, turns, f"crowd-{name}-{number // TURNS}", QUESTIONS[number % len(QUESTIONS)])

    began = time.monotonic()
    await asyncio.gather(*(talk(str(number)) for number in range(CROWD)))
    return (len(turns.took) - len(turns.failed)) / (time.monotonic() - began)


async def soak(cluster: Cluster, client: httpx.AsyncClient, rate: float, for_s: float) -> tuple[Turns, list[Sample]]:
    """Ask at a fixed rate, whether or not answers keep up, and sample memory meanwhile."""
    turns, samples, began = Turns(), [], time.monotonic()
    pids = {name: process.pid for name, process in cluster.processes.items()}
    next_sample = began
    async with asyncio.TaskGroup() as group:
        for number in itertools.count():
            now = time.monotonic()
            if now - began > for_s:
                break
            if now >= next_sample:
                samples.append(Sample(now - began, usage.megabytes(pids)))
                next_sample = now + SAMPLE_S
            talk, turn = number % AT_ONCE + AT_ONCE * (number // (AT_ONCE * TURNS)), number // AT_ONCE
            group.create_task(ask(client, turns, f"soak-{talk}", QUESTIONS[turn % len(QUESTIONS)]))
            await asyncio.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
    turns.ended = [at - began for at in turns.ended]
    return turns, samples


@dataclass(frozen=True)
class Sample:
    """Megabytes by process at a time."""

    at: float
    megabytes: dict[str, float]


def slope(at_s: Sequence[float], values: Sequence[float], for_s: float) -> Slope:
    """The growth of what was measured after the warming up."""
    begin, length = WARMING * for_s, (1 - WARMING) * for_s / STRETCHES
    stretches: list[list[float]] = [[] for _ in range(STRETCHES)]
    for at, value in zip(at_s, values, strict=True):
        if begin <= at < for_s:
            stretches[min(STRETCHES - 1, int((at - begin) / length))].append(value)
    hours = [(begin + (place + 0.5) * length) / 3600 for place, found in enumerate(stretches) if found]
    means = [mean(found) for found in stretches if found]
    fit = stats.linregress(hours, means)
    margin = stats.t.ppf(0.975, len(hours) - 2) * fit.stderr
    return Slope(*map(float, (fit.slope, fit.slope - margin, fit.slope + margin, means[0], means[-1])))


def report(turns: Turns, samples: list[Sample], found: float, rate: float, for_s: float) -> dict[str, object]:
    """Everything that build/soak.json says."""
    at_s = [sample.at for sample in samples]
    growth = {name: slope(at_s, [s.megabytes[name] for s in samples], for_s) for name in samples[0].megabytes}
    ours = {name: one for name, one in growth.items() if name.partition("-")[0] in ("edge", "rasa", "actions")}
    slower = slope(turns.ended, turns.took, for_s)
    cuts = quantiles(turns.took, n=100)
    grows = [name for name, one in ours.items() if one.low > ALLOWED_MB_H]
    slows = slower.low > ALLOWED_SLOWER_H * slower.first
    return {
        "minutes": for_s / 60,
        "capacity_per_s": found,
        "rate_per_s": rate,
        "turns": len(turns.took),
        "failed": len(turns.failed),
        "failures": sorted(set(turns.failed)),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "p99_ms": cuts[98],
        "latency_ms": asdict(slower),
        "memory_mb": {name: asdict(one) for name, one in growth.items()},
        "grows": grows,
        "slower": slows,
        "green": not (grows or slows or turns.failed),
    }


async def measured(cluster: Cluster, given: argparse.Namespace) -> dict[str, object]:
    """Capacity, then the soak."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=cluster.url, trust_env=False, timeout=60, limits=limits) as client:
        await capacity(client, 10)  # caches fill
        found = await capacity(client, given.capacity_s)
        print(f"capacity {found:.1f} turns/s; {given.minutes} min at {given.share:.0%} of it", flush=True)
        pids = {name: process.pid for name, process in cluster.processes.items()}
        seconds, stored = usage.cpu_seconds(pids), sizes(cluster)
        turns, samples = await soak(cluster, client, given.share * found, 60 * given.minutes)
        result = report(turns, samples, found, given.share * found, 60 * given.minutes)
        used, held = usage.cpu_seconds(pids), sizes(cluster)
        result["cpu_ms_a_turn"] = {name: 1000 * (used[name] - seconds[name]) / len(turns.took) for name in pids}
        result["bytes_a_turn"] = {name: (held[name] - stored[name]) / len(turns.took) for name in stored}
        return result


def sizes(cluster: Cluster) -> dict[str, int]:
    """Bytes of each database with its indexes."""
    found = {}
    for name in DATABASES:
        engine = create_engine(cluster.postgres.url(name))
        with engine.connect() as connection:
            found[name] = int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar())
        engine.dispose()
    return found


def main() -> int:
    """Run it and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.7, help="of the measured capacity")
    parser.add_argument("--capacity-s", type=float, default=30, help="for which capacity is measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guidebot-soak-") as name:
        Path(name).chmod(0o755)
        with running_cluster(Path(name), rate_limit="999999/minute") as cluster:
            result = asyncio.run(measured(cluster, given))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 0 if result["green"] else 1


if __name__ == "__main__":
    sys.exit(main())
