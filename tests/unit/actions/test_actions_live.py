"""Each call gets the engine of the release that its model belongs to; another release is taken up once it is whole."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sanic.response import json as to_json

import actions.live as live_module
from actions.live import Live, mark_of, signed
from actions.shared import Shared
from bot.learn.problem import LearnError
from bot.learn.release.store import Release, Releases
from bot.settings import Settings


def release(name: str, whole: bool = True) -> Release:
    """With a mark of its own; one that is not whole fails as a damaged one does."""
    files = {} if whole else {"model/guidebot.tar.gz": "0"}
    return Release(name, "", "", "", f"mark of {name}", files, {}, Path(name))


def engine(name: str) -> Shared:
    return cast(Shared, SimpleNamespace(name=name))


class Pointer:
    """Where `current` points."""

    def __init__(self) -> None:
        self.now: Release | None = None

    def current(self) -> Release | None:
        if self.now and self.now.id == "nowhere":
            raise LearnError("damaged_release")
        return self.now


@pytest.fixture
def pointer(monkeypatch: pytest.MonkeyPatch) -> Pointer:
    monkeypatch.setattr(live_module, "load", lambda settings: engine(settings.release))
    return Pointer()


@pytest.fixture
def live() -> Live:
    return Live(Settings(), release("one"), engine("one"))


def follow(live: Live, pointer: Pointer, now: Release | None) -> None:
    pointer.now = now
    asyncio.run(live.follow(cast(Releases, pointer)))


def chosen(live: Live, mark: str) -> str:
    token = live_module._mark.set(mark)
    try:
        return cast(str, cast(Any, live.chosen()).name)
    finally:
        live_module._mark.reset(token)


def test_a_turn_ends_under_the_release_it_began_under(live: Live, pointer: Pointer) -> None:
    follow(live, pointer, release("two"))
    assert (chosen(live, "mark of one"), chosen(live, "mark of two")) == ("one", "two")
    assert live.release == release("two")


def test_a_model_without_a_mark_gets_the_newest(live: Live, pointer: Pointer) -> None:
    follow(live, pointer, release("two"))
    assert (chosen(live, ""), chosen(live, "another")) == ("two", "two")


def test_rolling_back_is_going_over_again(live: Live, pointer: Pointer) -> None:
    for name in ("two", "one", "three"):
        follow(live, pointer, release(name))
    assert (chosen(live, "mark of one"), chosen(live, "mark of three")) == ("one", "three")
    assert chosen(live, "mark of two") == "three", "two releases are kept, no more"


@pytest.mark.parametrize("now", [None, release("one"), release("bad", whole=False)])
def test_what_cannot_or_need_not_be_taken_up_changes_nothing(live: Live, pointer: Pointer, now: Release | None) -> None:
    follow(live, pointer, now)
    assert live.release == release("one")
    assert chosen(live, "mark of bad") == "one"


def test_a_release_that_was_damaged_is_taken_up_once_another_was(live: Live, pointer: Pointer) -> None:
    follow(live, pointer, release("bad", whole=False))
    follow(live, pointer, release("two"))
    assert live.release == release("two")


@pytest.mark.parametrize(
    ("call", "mark"),
    [
        ({"domain": {"responses": {"utter_model": [{"text": "m1"}]}}}, "m1"),
        ({"domain": {"responses": {}}}, ""),
        ({"domain": {"responses": {"utter_model": []}}}, ""),
        ({"domain": {"responses": {"utter_model": [{"text": 1}]}}}, ""),
        ({}, ""),
        (None, ""),
        ([], ""),
    ],
)
def test_the_mark_is_read_from_the_domain(call: Any, mark: str) -> None:
    assert mark_of(call) == mark


def test_a_reply_is_signed_so_that_it_is_said_in_its_own_model_s_words() -> None:
    body = {"events": [], "responses": [{"response": "utter_answer"}, {"custom": {"act": "answer"}}]}
    marked = json.loads(signed(to_json(body), "m1").body or b"")
    assert marked["responses"] == [{"response": "utter_answer", "mark": "m1"}, {"custom": {"act": "answer"}}]
    for other in (to_json({"error": "no such action"}, 404), to_json({"responses": []})):
        assert signed(other, "m1") is other
