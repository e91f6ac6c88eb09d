"""Talks to a running assistant at random: questions, buttons old and new, half sentences, nonsense, in any order.

    .venv/bin/python -m scripts.random_walk --turns 10000 --url http://127.0.0.1:8000

Holds for every turn: one outcome, never an error, never a third clarifying question to one matter, and nothing
remembered after starting over. Exits with 1 and the conversation where one of them fails. The same seed says the same.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.outcome import Act, Outcome, OutcomeError, outcome_of

DATA = Path(__file__).resolve().parents[1] / "data"
REST = "/webhooks/rest/webhook"
SHRUGS = ("嗯", "不知道", "随便", "都不是", "不清楚", "1", "2", "第三个", "9")
TURNS = ("算了", "重新开始", "谢谢", "转人工", "电话呢", "不对，是企业的", "机关的呢")
ODD = (
    "?", "。。。", "啊", "/restart", "[x](y)", "{title}", "𠮷野家", "a" * 300, "机关" * 40, "\u200b企业", "<b>材料</b>",
)  # fmt: skip
LENGTH = 12  # turns of one conversation
MOST_QUESTIONS = 2
Say = Callable[[str, str], Sequence[dict[str, Any]]]


class WalkError(Exception):
    """A turn broke a rule; the message ends with what was said until then."""


def sayings(data: Path = DATA) -> list[str]:
    """What people say: the written questions and data/nlu's examples."""
    files = sorted((data / "questions").glob("g*.txt"))
    questions = [line.partition("\t")[0] for file in files for line in lines(file)]
    nlu = [yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"] for file in sorted((data / "nlu").glob("*.yml"))]
    examples = [entry.get("examples", "") for entries in nlu for entry in entries]
    return questions + [line.removeprefix("- ") for text in examples for line in text.splitlines()]


def lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def next_text(chance: random.Random, known: Sequence[str], buttons: Sequence[str]) -> str:
    """What is said next: often a button, sometimes one of long ago, a shrug, something odd, or two texts in one."""
    kind = chance.random()
    if buttons and kind < 0.4:
        return chance.choice(buttons[-6:] if kind < 0.3 else buttons)
    if kind < 0.55:
        return chance.choice(SHRUGS + TURNS)
    if kind < 0.62:
        return chance.choice(ODD)
    if kind < 0.7:
        return chance.choice(known)[: chance.randint(1, 8)]
    return chance.choice(known) if kind < 0.95 else "，".join(chance.sample(known, 2))


def conversation(chance: random.Random, known: Sequence[str], say: Say, turns: int, sender: str) -> Iterator[Act]:
    """What each turn of one conversation came to. WalkError where a rule is broken."""
    buttons: list[str] = []
    said: list[str] = []
    asked: list[tuple[str, ...]] = []  # options of the questions put one after the other to one matter
    for _ in range(turns):
        text = next_text(chance, known, buttons)
        said.append(text)
        messages = attempt(say, sender, text, said)
        outcome = outcome_of(messages)
        is_reply = bool(asked) and (text in SHRUGS or text in asked[-1])
        asked = [*(asked if is_reply else []), titles(outcome)] if outcome.act is Act.CLARIFY else []
        if len(asked) > MOST_QUESTIONS:
            raise WalkError(f"asked {asked} in {said}")
        buttons += [button["payload"] for message in messages for button in message.get("buttons") or ()]
        yield outcome.act
        if outcome.act is Act.RESTART:
            buttons = []
            if outcome_of(attempt(say, sender, "电话呢", said)).act is Act.ANSWER:
                raise WalkError(f"something was remembered after starting over: {said}")


def attempt(say: Say, sender: str, text: str, said: Sequence[str]) -> Sequence[dict[str, Any]]:
    """The reply, which has one outcome that is no error. WalkError where it is not like that."""
    try:
        messages = say(sender, text)
        outcome = outcome_of(messages)
    except (httpx.HTTPError, OutcomeError) as problem:
        raise WalkError(f"{problem!r} after {said}") from problem
    if outcome.act is Act.ERROR:
        raise WalkError(f"an error after {said}")
    return messages


def titles(outcome: Outcome) -> tuple[str, ...]:
    return tuple(option.title for option in outcome.options)


def walk(turns: int, seed: int, say: Say) -> collections.Counter[Act]:
    """How often each act came, over conversations of LENGTH turns. WalkError where a rule is broken."""
    chance, known = random.Random(seed), sayings()
    acts: collections.Counter[Act] = collections.Counter()
    while acts.total() < turns:
        sender = f"walk{seed}-{acts.total()}"
        acts.update(conversation(chance, known, say, min(LENGTH, turns - acts.total()), sender))
    return acts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with httpx.Client(base_url=given.url, timeout=60, trust_env=False) as client:

        def say(sender: str, text: str) -> Sequence[dict[str, Any]]:
            answer = client.post(REST, json={"sender": sender, "message": text})
            answer.raise_for_status()
            return list(answer.json())

        try:
            acts = walk(given.turns, given.seed, say)
        except WalkError as problem:
            sys.exit(str(problem))
    print(f"{acts.total()} turns: " + ", ".join(f"{act.value} {count}" for act, count in acts.most_common()))


if __name__ == "__main__":
    main()
