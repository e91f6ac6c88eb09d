"""A judge over the invented book, and the turns that are put to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from invented import BOOK, GUIDES, LIMITS, scores

from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.memory import Memory, Pending

JUDGE = Judge(GUIDES, BOOK, LIMITS)
CLEAR = scores(g04=0.95)
FAMILY = scores(g01=0.5, g02=0.4, g03=0.05)
NAMELESS = scores(topicless=0.95)
STRANGE = scores(out_of_scope=0.9)
DOUBTFUL = scores(g04=0.75, out_of_scope=0.2)
ASKED = Pending("audience", "泳票先停停", "materials", {"g01": 0.5, "g02": 0.4, "g03": 0.05})
WAITING = Memory(pending=ASKED)
LOPSIDED = replace(ASKED, beliefs={"g02": 0.8, "g01": 0.11, "g03": 0.1})  # the shop's tickets are not told apart


def heard(text: str = "泳帽丢了带啥", section: str | None = "materials", **more: Any) -> Heard:
    return Heard(text, section, more.pop("said", {}), **more)


def resolve(reply: Heard, alone: Scores = NAMELESS, together: Scores = FAMILY, memory: Memory = WAITING) -> Decision:
    decision = JUDGE.resolve(reply, alone, together, memory)
    assert decision is not None
    return decision
