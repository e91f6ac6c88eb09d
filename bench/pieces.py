"""Each piece of a turn by itself: encoding, searching, ranking, NLU, the hop to the actions, the journal."""

from __future__ import annotations

import asyncio
import itertools
import logging
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import rasa
import structlog
import yaml
from threadpoolctl import threadpool_limits

from bench.assistants import PROJECT, floor_model, plan, stock_model
from bench.measure import FLOOR, OURS, PEER, Measure, compare
from bench.processes import Plan, started
from bench.turn import questions
from bot.edge.journal import Entry, Journal
from bot.outcome import Act, Outcome
from bot.settings import Settings
from index.engine import Engine
from index.evidence import gather

WARM = 5


@dataclass(frozen=True)
class Extent:
    """How often each piece is run."""

    times: int


FULL = Extent(300)
QUICK = Extent(10)


def measure(extent: Extent) -> list[Measure]:
    """What every piece takes, ours beside what the others have for it."""
    texts = questions()
    return [*_engine(texts, extent.times), _nlu(texts, extent.times), _hop(texts, extent.times), _journal(extent.times)]


def timed(run: Callable[[str], object], texts: Iterator[str], times: int) -> list[float]:
    """Milliseconds of each run on a text of its own, after some that are not timed."""
    took = []
    for text in itertools.islice(texts, WARM + times):
        began = time.perf_counter()
        run(text)
        took.append(1000 * (time.perf_counter() - began))
    return took[WARM:]


def _engine(texts: Iterator[str], times: int) -> list[Measure]:
    engine = Engine.load(replace(Settings.from_env({}), index_dir=PROJECT / "index/build"))
    classes = len(engine.ranker.labels)
    vectors = {text: engine.encoder.queries([text]) for text in itertools.islice(texts, WARM + times)}

    def rank(text: str) -> None:
        ranker = engine.ranker
        ranker.probabilities(gather(ranker, engine.neighbours, [text], vectors[text]))

    pieces: dict[str, tuple[Callable[[str], object], Iterator[str]]] = {
        "encode a question": (lambda text: engine.encoder.queries([text]), texts),
        "search by meaning": (lambda text: engine.neighbours.by_vector(vectors[text], classes), iter(vectors)),
        "search by words": (lambda text: engine.neighbours.by_words([text], classes), iter(vectors)),
        "rank": (rank, iter(vectors)),
        "understand (encode, rank, all readings)": (lambda text: engine.scores([text]), texts),
    }
    with threadpool_limits(1):  # as the action server runs
        return [compare(name, "ms", {OURS: timed(run, of, times)}) for name, (run, of) in pieces.items()]


def _nlu(texts: Iterator[str], times: int) -> Measure:
    """Each contender's model in this process, by Rasa itself."""
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # it logs every message
    models = {OURS: PROJECT / "models/guidebot.tar.gz", FLOOR: floor_model(), PEER: stock_model()}
    took = {}
    for contender, model in models.items():
        took[contender] = timed(partial(_parse, Agent.load(str(model))), texts, times)
    return compare("NLU", "ms", took)


def _parse(agent: Any, text: str) -> None:
    asyncio.run(agent.parse_message(text))


def _hop(texts: Iterator[str], times: int) -> Measure:
    """Calls to the action servers as Rasa makes them: a connection each, domain and tracker with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        plans = {OURS: "action_answer", FLOOR: "action_constant"}
        took = {}
        for contender, action in plans.items():
            with started(only_actions(plan(contender, Path(name) / contender))) as running:
                took[contender] = asyncio.run(_call(running.plan, action, texts, times))
    return compare("action hop", "ms", took)


def only_actions(whole: Plan) -> Plan:
    """The plan of the action server alone."""
    ready = [url for url in whole.ready if url.endswith("/actions")]
    return replace(whole, commands={"actions": whole.commands["actions"]}, ready=ready)


async def _call(to: Plan, action: str, texts: Iterator[str], times: int) -> list[float]:
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    url, took = f"{to.environ['GUIDEBOT_ACTIONS_URL']}/webhook", []
    for text in itertools.islice(texts, WARM + times):
        body = call(action, text, domain)
        began = time.perf_counter()
        async with aiohttp.ClientSession(headers=to.headers) as client, client.post(url, json=body) as response:
            response.raise_for_status()
            await response.json()
        took.append(1000 * (time.perf_counter() - began))
    return took[WARM:]


def call(action: str, text: str, domain: Mapping[str, Any]) -> dict[str, Any]:
    """What Rasa sends for the first message of a conversation."""
    intent = {"name": "overview", "confidence": 0.9}
    message = {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}
    message["message_id"] = uuid.uuid4().hex
    events = [{"event": "action", "name": "action_listen"}, {"event": "user", "text": text, "parse_data": message}]
    tracker = {
        "sender_id": "bench",
        "slots": {},
        "latest_message": message,
        "events": events,
        "active_loop": {},
        "latest_action_name": "action_listen",
        "followup_action": None,
        "paused": False,
        "latest_input_channel": "rest",
    }
    known = {"next_action": action, "sender_id": "bench", "version": rasa.__version__}
    return {**known, "tracker": tracker, "domain": domain}


def _journal(times: int) -> Measure:
    """A message written down, and its outcome after it, each safe on the disk."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        journal = Journal(f"sqlite:///{name}/journal.db")

        def write(text: str) -> None:
            journal.complete(journal.receive(Entry("rest", "rest:bench", text)), Outcome(Act.CHITCHAT), 1, None)

        took = timed(write, (f"社保卡丢了怎么补 {number}" for number in itertools.count()), times)
        journal.close()
    return compare("journal, both writes", "ms", {OURS: took})
