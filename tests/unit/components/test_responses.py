"""An action's response is said in the words of the model that called it, also after Rasa has loaded another."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.responses import MARK, ResponsesOfModel
from bot.learn import model


def responses(mark: str) -> dict[str, list[dict[str, Any]]]:
    return {MARK: [{"text": mark}], "utter_answer": [{"text": f"{mark}：{{quote}}"}]}


@pytest.fixture
def words() -> ResponsesOfModel:
    """With two models loaded one after the other, as Rasa does it."""
    made = ResponsesOfModel()
    made.responses = responses("one")
    made.responses = responses("two")
    return made


def said(words: ResponsesOfModel, **kwargs: Any) -> str:
    tracker = DialogueStateTracker("someone", [])
    message = asyncio.run(words.generate("utter_answer", tracker, "rest", quote="原文", **kwargs))
    return str((message or {}).get("text"))


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"mark": "one"}, "one：原文"),
        ({"mark": "two"}, "two：原文"),
        ({"mark": "gone"}, "two：原文"),
        ({}, "two：原文"),
        ({"domain_responses": responses("one")}, "one：原文"),
    ],
)
def test_words_are_those_of_the_turn_s_model(words: ResponsesOfModel, kwargs: dict[str, Any], text: str) -> None:
    assert said(words, **kwargs) == text


def test_two_models_are_kept(words: ResponsesOfModel) -> None:
    words.responses = responses("three")
    assert said(words, mark="one") == "three：原文"
    assert said(words, mark="two") == "two：原文"


def test_a_model_trained_without_a_mark_has_words_too() -> None:
    words = ResponsesOfModel()
    words.responses = {"utter_answer": [{"text": "{quote}"}]}
    assert said(words) == "原文"
    assert said(words, mark="one") == "原文"


def test_both_sides_know_a_model_by_the_same_response() -> None:
    assert MARK == model.MARK
