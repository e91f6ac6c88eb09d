"""Tries thresholds on the development sets without starting anything: NLU and the ranker read each turn once.

    .venv/bin/python -m scripts.sweep_thresholds --set answer=0.6,0.7 --set unsaid=0.05,0.2

Prints a line for each combination: single questions answered at once, resolved and wrong; dialogues wholly right and
turns right. What was not named keeps its value in data/thresholds.yml. Needs `guidebot train`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from rasa_sdk import Tracker

from actions.hear import TALK, heard
from actions.shared import Shared, shared
from bot.desk.request import section_of
from bot.learn.quiet import QUIET
from bot.outcome import Act
from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.memory import Memory
from index.thresholds import Thresholds

SETS = Path("tests/eval")
MODEL = "models/guidebot.tar.gz"
ACTS = {"restart": Act.RESTART, "cancel": Act.CANCEL} | dict.fromkeys(("distress", "handoff", "complain"), Act.HANDOFF)


@dataclass
class Ears:
    """NLU and the ranker, each asked once a text."""

    here: Shared
    agent: Any
    known: dict[str, tuple[str, Heard]] = field(default_factory=dict)
    scored: dict[str, Scores] = field(default_factory=dict)

    def hear(self, text: str) -> tuple[str, Heard]:
        """The intent, and the turn as the judge wants it."""
        if text not in self.known:
            parsed = asyncio.run(self.agent.parse_message(text))
            tracker = Tracker("", {}, {**parsed, "text": text}, [], False, None, {}, "action_listen")
            self.known[text] = parsed["intent"]["name"], heard(tracker, self.here.sections, self.here.signs)
        return self.known[text]

    def score(self, text: str) -> Scores:
        if text not in self.scored:
            self.scored[text] = self.here.engine.scores([text])[0]
        return self.scored[text]


def turn(judge: Judge, ears: Ears, text: str, memory: Memory) -> Decision:
    """What Rasa's rules, the form and the actions make of a turn."""
    intent, said = ears.hear(text)
    if memory.pending:
        together = ears.score(f"{memory.pending.text}，{text}")
        if decision := judge.resolve(said, ears.score(text), together, memory):
            return decision
    if said.talk or (intent in TALK and intent != "distress"):
        act = ACTS.get(intent, Act.CHITCHAT)
        kept = memory if act is Act.CHITCHAT else memory.without_question()
        return Decision(act, Memory() if act is Act.RESTART else kept)
    if said.unsure and not said.said:
        return Decision(Act.CHITCHAT, memory)
    return judge.decide(said, ears.score(text), memory)


def holds(expect: Mapping[str, Any], decision: Decision) -> bool:
    """Whether a turn came to what a dialogue expects of it."""
    if decision.act not in (expect["act"], expect.get("or_act")):
        return False
    if decision.act is Act.ANSWER:
        fits = decision.guide in expect.get("guides", [decision.guide])
        return fits and ("section" not in expect or same(decision.section, expect["section"]))
    if decision.question:
        offered = {guide for option in decision.question.options for guide in option.guides}
        return decision.question.slot in (expect["slot"], expect.get("or_slot")) and bool(offered & {*expect["guides"]})
    return True


def same(one: str | None, other: str) -> bool:
    return section_of(one or "") == section_of(other)


def single(judge: Judge, ears: Ears, row: Mapping[str, Any]) -> str:
    """How a single question ends: at once, after one question, wrong, or without an answer."""
    decision = turn(judge, ears, row["q"], Memory())
    asked = decision.question
    if asked:
        fitting = [option for option in asked.options if {*option.guides} & {*row["guides"]}]
        if not fitting:
            return "none"
        decision = turn(judge, ears, fitting[0].payload, decision.memory)
    if decision.act is not Act.ANSWER:
        return "none"
    return "wrong" if decision.guide not in row["guides"] else "asked" if asked else "at once"


def dialogue(judge: Judge, ears: Ears, row: Mapping[str, Any]) -> list[bool]:
    """Which of its turns come to what is expected."""
    memory, held = Memory(), []
    for one in row["turns"]:
        decision = turn(judge, ears, one["user"], memory)
        memory = decision.memory
        held.append(holds(one["expect"], decision))
    return held


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines() if line]


def measure(thresholds: Thresholds, ears: Ears) -> str:
    """The figures of both sets, in per cent."""
    judge = replace(ears.here.judge, thresholds=thresholds)
    ends = [single(judge, ears, row) for row in rows("single.jsonl")]
    held = [dialogue(judge, ears, row) for row in rows("dialogues.jsonl")]
    turns = list(itertools.chain(*held))
    share = {name: 100 * ends.count(name) / len(ends) for name in ("at once", "asked", "wrong")}
    return (
        f"{share['at once']:.1f} {share['at once'] + share['asked']:.1f} {share['wrong']:.1f} | "
        f"{100 * sum(map(all, held)) / len(held):.1f} {100 * sum(turns) / len(turns):.1f}"
    )


def combinations(settings: Sequence[str], base: Thresholds) -> list[tuple[str, Thresholds]]:
    """Each combination of the values asked for, with its name."""
    names = [setting.partition("=")[0] for setting in settings]
    if strange := set(names) - set(asdict(base)):
        raise SystemExit(f"no such threshold: {', '.join(sorted(strange))}")
    values = [setting.partition("=")[2].split(",") for setting in settings]
    chosen = (dict(zip(names, one, strict=True)) for one in itertools.product(*values))
    return [
        (
            " ".join(f"{name}={value}" for name, value in one.items()),
            replace(base, **{name: type(getattr(base, name))(value) for name, value in one.items()}),
        )
        for one in chosen
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE,VALUE", help="thresholds to vary")
    wanted = parser.parse_args().set
    os.environ.update(QUIET)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from rasa.core.agent import Agent

    here, started = shared(), time.perf_counter()
    ears = Ears(here, Agent.load(MODEL))
    print("single: at once, resolved, wrong | dialogues: whole, turns (per cent)")
    for name, thresholds in combinations(wanted, here.judge.thresholds):
        print(measure(thresholds, ears), name, flush=True)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
