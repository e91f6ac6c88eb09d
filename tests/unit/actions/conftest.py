from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from invented import BOOK, DESK, GUIDES, LIMITS, SECTIONS, SIGNS, scores
from rasa_sdk import Tracker

from actions import answer, clarify, compare, people
from actions.shared import Shared
from bot.settings import Settings
from index.decide import Judge
from index.engine import Scores

CLOCK = datetime(2026, 9, 28, 10, 30)  # a Monday
Message = Callable[..., Tracker]


@pytest.fixture
def message() -> Message:
    """Makes the tracker of a message: `text`, and what NLU made of it; slots are what is remembered."""

    def make(
        text: str = "", intent: str = "overview", memory: Any = None, message_id: str = "m1", **nlu: Any
    ) -> Tracker:
        latest = {
            "text": text,
            "message_id": message_id,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": intent, "confidence": 0.9}],
            "entities": [],
            **nlu,
        }
        events = [{"event": "user", "text": text}]
        return Tracker("someone", {"memory": memory}, latest, events, False, None, {}, "action_listen")

    return make


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> dict[str, Scores]:
    """What the engine says of each text, to be filled in; a text that is not in it names no matter."""
    said: dict[str, Scores] = {}
    engine = SimpleNamespace(
        guides=GUIDES,
        facets=BOOK,
        scores=lambda texts: [said.get(text, scores(topicless=0.95)) for text in texts],
        section_evidence=lambda text, weight: {},
    )
    judge = Judge(GUIDES, BOOK, LIMITS)
    shared = Shared(Settings(clock=CLOCK), engine, judge, {**SECTIONS, **DESK.titles}, SIGNS, DESK)
    for module in (answer, clarify, compare, people):
        monkeypatch.setattr(module, "shared", lambda: shared)
    return said
