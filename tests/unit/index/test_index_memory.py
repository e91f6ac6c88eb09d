"""What a conversation remembers survives the slot it is stored in."""

from __future__ import annotations

import json

from invented import OFFICE, SHOP

from index.memory import KEPT, Memory, Pending, strongest

PENDING = Pending(
    "audience",
    "泳票先停停",
    "materials",
    {"g01": 0.5, "g02": 0.4},
    repeated=True,
    aside=2,
    turn="m7",
    hints={"person": ("本人",)},
    more=("fee",),
)


def through_slot(memory: Memory) -> Memory:
    return Memory.of(json.loads(json.dumps(memory.to_json())))


def test_round_trip_through_json_with_a_question_under_way() -> None:
    said, beliefs = {"audience": (SHOP,)}, {"g01": 0.75, "g02": 0.25}
    memory = Memory("g01", "materials", beliefs, said, PENDING, more=("fee",), story="她走了")
    assert through_slot(memory) == memory
    assert through_slot(memory.without_question()) == memory.without_question()


def test_round_trip_without_one() -> None:
    assert through_slot(Memory("g01", "fee")) == Memory("g01", "fee")
    assert through_slot(Memory()) == Memory()


def test_empty_slot_is_nothing_remembered() -> None:
    assert Memory.of(None) == Memory.of({}) == Memory()


def test_only_the_guides_that_matter_are_stored() -> None:
    beliefs = {f"g{n:02}": 1 / n for n in range(1, 31)}
    stored = through_slot(Memory(beliefs=beliefs)).beliefs
    assert list(stored) == [f"g{n:02}" for n in range(1, KEPT + 1)]
    assert stored["g03"] == 0.3333
    assert strongest({"g01": 0.00004, "g02": 0.5}) == {"g02": 0.5}


def test_what_is_said_later_holds() -> None:
    memory = Memory(said={"audience": (SHOP,), "channel": ("线上",)}).with_said({"audience": (OFFICE,)})
    assert memory.said == {"audience": (OFFICE,), "channel": ("线上",)}
