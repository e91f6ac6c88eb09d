"""Tries thresholds on the development sets without starting anything: NLU and the ranker read each turn once.

    .venv/bin/python -m scripts.sweep_thresholds --set answer=0.6,0.7 --set unsaid=0.05,0.2 --sets tests/eval/wide

Prints a line for each combination and folder of sets: single questions answered at once, resolved and wrong; what is
out of scope refused and answered; dialogues wholly right and turns right. What was not named keeps its value in
data/thresholds.yml.
Needs `guidebot train`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog

from actions.answer import first_matter
from actions.hear import TALK, heard
from actions.shared import Shared, shared
from bot.learn import evaluate
from bot.learn.evaluate import Case, Reply, Row
from bot.learn.quiet import QUIET
from bot.outcome import Act
from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.memory import Memory
from index.story import decide_told
from index.thresholds import Thresholds

SETS = ("tests/eval", "tests/eval/wide")  # tests/eval/fresh is kept for what was chosen
MODEL = "models/guidebot.tar.gz"
ACTS = {"restart": Act.RESTART, "cancel": Act.CANCEL} | dict.fromkeys(("distress", "handoff", "complain"), Act.HANDOFF)


@dataclass
class Ears:
    """NLU and the ranker, each asked once a text."""

    here: Shared
    agent: Any
    known: dict[str, tuple[str, Heard, Heard]] = field(default_factory=dict)
    scored: dict[str, Scores] = field(default_factory=dict)

    def hear(self, text: str) -> tuple[str, Heard, Heard]:
        """The intent, and the turn as the judge wants it: all of it, and what it asks first."""
        if text not in self.known:
            parsed = asyncio.run(self.agent.parse_message(text))
            message = {**parsed, "text": text}
            whole, first = (
                heard(one, self.here.sections, self.here.signs, self.here.meant)
                for one in (message, first_matter(self.here, message)[0])
            )
            self.known[text] = parsed["intent"]["name"], whole, first
        return self.known[text]

    def score(self, text: str) -> Scores:
        if text not in self.scored:
            self.scored[text] = self.here.engine.scores([text])[0]
        return self.scored[text]


def turn(judge: Judge, ears: Ears, text: str, memory: Memory) -> Decision:
    """What Rasa's rules, the form and the actions make of a turn."""
    intent, said, first = ears.hear(text)
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
    return decide_told(judge, ears.score, ears.here.signs.spoken, first, memory)[0]


def reply_of(decision: Decision) -> Reply:
    """A decision as the reply that the actions would make of it."""
    question = decision.question
    options = [{"payload": one.payload, "guides": one.guides} for one in question.options] if question else []
    found = {"act": decision.act.value, "guide": decision.guide, "section": decision.section}
    return {**found, "slot": question and question.slot, "options": options}


def case_of(judge: Judge, ears: Ears, row: Row) -> Case:
    """A row put to the judge in a conversation of its own."""
    memory = Memory()

    def say(text: str) -> Reply:
        nonlocal memory
        decision = turn(judge, ears, text, memory)
        memory = decision.memory
        return reply_of(decision)

    return evaluate.judge(row, say)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def measure(thresholds: Thresholds, ears: Ears, sets: Path) -> str:
    """The figures of the three sets in a folder, in per cent."""
    judge = replace(ears.here.judge, thresholds=thresholds)
    singles, strange, dialogues = (
        [case_of(judge, ears, row).outcome for row in rows(sets / name)]
        for name in ("single.jsonl", "out_of_scope.jsonl", "dialogues.jsonl")
    )
    of_singles = ((singles, name) for name in ("answered", "resolved", "wrong"))
    measures = (*of_singles, (strange, "refused"), (strange, "answered"), (dialogues, "whole"))
    shares = [100 * sum(one[name] for one in of) / len(of) for of, name in measures]
    lengths = [len(row["turns"]) for row in rows(sets / "dialogues.jsonl")]
    held = sum(one["turns"] * length for one, length in zip(dialogues, lengths, strict=True))
    turns = 100 * held / sum(lengths)
    return "{:.1f} {:.1f} {:.1f} | {:.1f} {:.1f} | {:.1f} {:.1f}".format(*shares, turns)


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
    parser.add_argument("--sets", action="append", metavar="FOLDER", help=f"instead of {', '.join(SETS)}")
    given = parser.parse_args()
    os.environ.update(QUIET)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from rasa.core.agent import Agent

    here, started = shared(), time.perf_counter()
    ears = Ears(here, Agent.load(MODEL))
    print("single: at once, resolved, wrong | out of scope: refused, answered | dialogues: whole, turns (per cent)")
    for name, thresholds in combinations(given.set, here.judge.thresholds):
        for sets in given.sets or SETS:
            print(measure(thresholds, ears, Path(sets)), sets, name, flush=True)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
