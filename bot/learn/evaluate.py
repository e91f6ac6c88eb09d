"""How good the answers are: cases with what is expected, judged against the replies of an assistant.

Three kinds, told apart by their keys: a case with `turns` is a dialogue, one with `guides` a single question
that may be met by one clarifying question, any other a question that must not be answered with a guide.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.outcome import Act

Row = Mapping[str, Any]
Reply = Mapping[str, Any]
Say = Callable[[str], Reply]
Talk = Callable[[str, str], Sequence[Mapping[str, Any]]]  # sender and text → the messages of the reply
Judged = tuple[Mapping[str, float], list[Reply]]

SINGLE, DIALOGUE, OUT_OF_SCOPE = "single", "dialogue", "out_of_scope"
HEADLINE = {SINGLE: "resolved", DIALOGUE: "whole", OUT_OF_SCOPE: "refused"}
ALIKE = {"overview": "process"}  # how it is done and what the steps are: one answer serves both
REFUSALS = {act.value for act in (Act.FALLBACK, Act.HANDOFF, Act.CHITCHAT, Act.RESTART, Act.CANCEL)}
STYLE, GUIDE, SECTION = "style", "guide", "section"
CONFIDENT = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Case:
    """A row, what was found of it (each measure 0 to 1), and the replies that tell why."""

    row: Row
    kind: str
    outcome: Mapping[str, float]
    replies: tuple[Reply, ...]

    @property
    def holds(self) -> bool:
        """Whether the kind's main measure is met in full."""
        return self.outcome[HEADLINE[self.kind]] == 1

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """What the row is counted under: its style (or kind, or language), the guides that answer it, its section."""
        style = next((str(self.row[key]) for key in ("style", "kind", "lang") if self.row.get(key)), None)
        section = self.row.get("section")
        return {
            STYLE: [style] if style else [],
            GUIDE: self.row.get("guides", ()),
            SECTION: [section] if section else [],
        }


@dataclass(frozen=True)
class Rate:
    """A mean of `n` measures, and the 95 % bounds of the true rate (Wilson) where each is yes or no."""

    value: float
    n: int
    bounds: tuple[float, float] | None


Rates = Mapping[str, Rate]


@dataclass(frozen=True)
class Summary:
    """The rates of cases of one kind: all together, and by style, by guide and by section, where the cases have any."""

    kind: str
    n: int
    rates: Rates
    by: Mapping[str, Mapping[str, Rates]]


def kind_of(row: Row) -> str:
    """Which of the three kinds a row is."""
    return DIALOGUE if "turns" in row else SINGLE if "guides" in row else OUT_OF_SCOPE


def judge(row: Row, say: Say) -> Case:
    """Put the row's turns to `say`, which keeps one conversation, and judge the replies."""
    kind = kind_of(row)
    outcome, replies = _JUDGES[kind](row, say)
    return Case(row, kind, {name: float(value) for name, value in outcome.items()}, tuple(replies))


def put(row: Row, talk: Talk, seconds: list[float]) -> Case:
    """Judge the replies to a row in a conversation of its own; `seconds` gets the time of each turn."""
    sender = f"eval-{uuid.uuid4().hex}"

    def say(text: str) -> Reply:
        begin = time.perf_counter()
        messages = talk(sender, text)
        seconds.append(time.perf_counter() - begin)
        return reply_in(messages)

    return judge(row, say)


def reply_in(messages: Sequence[Mapping[str, Any]]) -> Reply:
    """The one outcome of a reply, with all its `text`; where there is not one, `act` says how many."""
    found = [message["custom"] for message in messages if isinstance(message.get("custom"), Mapping)]
    outcomes = [custom for custom in found if "act" in custom]
    text = "\n".join(str(message["text"]) for message in messages if message.get("text"))
    if len(outcomes) != 1:
        return {"act": f"{len(outcomes)} outcomes in one reply", "text": text}
    return {**outcomes[0], "text": text}


def is_broken(reply: Reply) -> bool:
    """Whether a reply is no answer at all: an error, or not one outcome of the closed list."""
    return reply["act"] == Act.ERROR.value or reply["act"] not in {act.value for act in Act}


def same_section(left: object, right: object) -> bool:
    """Whether the same words answer both sections."""
    return ALIKE.get(str(left), left) == ALIKE.get(str(right), right)


def summarise(cases: Sequence[Case]) -> Summary:
    """The rates of cases of one kind. ValueError where there are none, or of several kinds."""
    kinds = {case.kind for case in cases}
    if len(kinds) != 1:
        raise ValueError(f"cases of one kind wanted, got {sorted(kinds)}")
    return Summary(kinds.pop(), len(cases), _rates(cases), {name: _by(name, cases) for name in (STYLE, GUIDE, SECTION)})


def _by(name: str, cases: Sequence[Case]) -> dict[str, Rates]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        for group in case.groups[name]:
            groups.setdefault(group, []).append(case)
    return {group: _rates(groups[group]) for group in sorted(groups)}


def _rates(cases: Sequence[Case]) -> dict[str, Rate]:
    return {name: rate([case.outcome[name] for case in cases]) for name in cases[0].outcome}


def rate(values: Sequence[float]) -> Rate:
    """The mean of at least one value. Shares of a dialogue's turns get no bounds: they are no coin flips."""
    flips = all(value in (0, 1) for value in values)
    return Rate(sum(values) / len(values), len(values), wilson(sum(values), len(values)) if flips else None)


def wilson(successes: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): also sound near 0 and 1 and for small `n`."""
    share, z2 = successes / n, CONFIDENT**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = CONFIDENT / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of the values lie below, by rank. ValueError where there is none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _single(row: Row, say: Say) -> Judged:
    """answered: right at once; resolved: right at once or after one clarifying question."""
    replies = [say(row["q"])]
    asked = replies[0]["act"] == Act.CLARIFY.value
    if asked:
        fitting = [option for option in _options(replies[0]) if set(_guides(option)) & set(row["guides"])]
        replies += [say(fitting[0]["payload"])] if fitting else []
    last = replies[-1]
    answered = last["act"] == Act.ANSWER.value
    right = answered and last.get("guide") in row["guides"]
    return {
        "answered": right and not asked,
        "resolved": right,
        "clarified": asked,
        "wrong": answered and not right,
        "refused": last["act"] in REFUSALS,
        "section": right and same_section(last.get("section"), row["section"]),
    }, replies


def _out_of_scope(row: Row, say: Say) -> Judged:
    reply = say(row["q"])
    act = reply["act"]
    return {
        "refused": act in REFUSALS,
        "asked": act == Act.CLARIFY.value,
        "answered": act == Act.ANSWER.value,
    }, [reply]


def _dialogue(row: Row, say: Say) -> Judged:
    replies = [say(turn["user"]) for turn in row["turns"]]
    held = [turn_holds(turn["expect"], reply) for turn, reply in zip(row["turns"], replies, strict=True)]
    return {"whole": all(held), "first": held[0], "turns": sum(held) / len(held)}, replies


def turn_holds(expect: Row, reply: Reply) -> bool:
    """Whether a reply is what a turn of a dialogue expects; `or_act` and `or_slot` are as good."""
    act = reply["act"]
    if act not in {expect["act"], expect.get("or_act", expect["act"])}:
        return False
    if act == Act.ANSWER.value:
        guides = expect.get("guides", [reply.get("guide")])
        section = expect.get("section", reply.get("section"))
        return reply.get("guide") in guides and same_section(reply.get("section"), section)
    if act == Act.CLARIFY.value:
        offered = {guide for option in _options(reply) for guide in _guides(option)}
        slots = {expect.get("slot"), expect.get("or_slot")}
        return reply.get("slot") in slots and bool(offered & set(expect.get("guides", ())))
    return True


_JUDGES: Mapping[str, Callable[[Row, Say], Judged]] = {
    SINGLE: _single,
    DIALOGUE: _dialogue,
    OUT_OF_SCOPE: _out_of_scope,
}


def _options(reply: Reply) -> Sequence[Mapping[str, Any]]:
    return reply.get("options") or ()


def _guides(option: Mapping[str, Any]) -> Sequence[str]:
    return option.get("guides") or ()
