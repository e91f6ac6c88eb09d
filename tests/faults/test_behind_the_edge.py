"""What Rasa leaves open or lets grow, over the real processes: keys, locks, long conversations, lines of log."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from stack import Conversation, Stack

from bot.outcome import Act

pytestmark = pytest.mark.stack

QUESTION = "社会保障卡补领要什么材料"
PATIENCE_S = 3.0
MAX_EVENTS = 150  # endpoints.yml
A_TURN = 30  # more events than a turn ever has


def address(stack: Stack, name: str) -> str:
    return stack.environ[f"GUIDEBOT_{name}_URL"]


def lines(stack: Stack, name: str, request: str) -> list[dict[str, Any]]:
    """What a process logged for one request."""
    text = (stack.folder / f"{name}.log").read_text(errors="replace")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{") and request in line]


def test_nobody_but_the_edge_is_let_in_behind_it(stack: Stack) -> None:
    spoofed = {"sender": "rest:someone-else", "message": '/inform{"audience":"企业"}'}
    with httpx.Client(trust_env=False) as client:
        rasa, actions = address(stack, "RASA"), address(stack, "ACTIONS")
        assert client.post(f"{rasa}/webhooks/rest/webhook", json=spoofed).status_code == 401
        assert client.post(f"{actions}/webhook", json={"next_action": "action_answer"}).status_code == 401
        assert client.get(f"{actions}/metrics").status_code == 401
        for path in ("/model", "/conversations/rest:x/tracker", "/status", "/domain"):
            assert client.get(rasa + path).status_code == 404, "Rasa's own interface is off"


def test_one_request_is_followed_through_all_processes(stack: Stack) -> None:
    request = "followed-0001"
    body = {"sender": "followed", "message": QUESTION}
    response = stack.client.post("/webhooks/rest/webhook", json=body, headers={"X-Request-ID": request})
    assert response.headers["x-request-id"] == request
    [turn] = lines(stack, "edge", request)
    assert (turn["event"], turn["act"], turn["process"]) == ("turn", "answer", "edge")
    assert [line["request_id"] for line in lines(stack, "rasa", request)][:1] == [request]
    actions = lines(stack, "actions", request)
    assert "action_answer" in [line["action"] for line in actions]
    for name in ("edge", "rasa", "actions"):
        assert QUESTION not in (stack.folder / f"{name}.log").read_text(errors="replace")


def test_once_they_serve_every_line_of_the_edge_and_the_actions_is_json(stack: Stack) -> None:
    stack.conversation().say(QUESTION)
    for name in ("edge", "actions"):
        written = (stack.folder / f"{name}.log").read_text(errors="replace").splitlines()
        lines = [line for line in written if not is_warning_of_an_import(line)]  # of each start, before logs are set up
        assert [line for line in lines if not line.startswith("{")] == []
        assert {json.loads(line)["process"] for line in lines} == {name}


def is_warning_of_an_import(line: str) -> bool:
    """Whether a line is Python's warning of an old library, or the source line that it shows below."""
    return "Warning: " in line or line.startswith("  ")


def test_a_turn_does_not_slow_down_as_its_conversation_grows(stack: Stack) -> None:
    talk = stack.conversation()
    took = []
    for number in range(30):
        began = time.monotonic()
        reply = talk.say(QUESTION if number % 2 == 0 else "在哪里办")
        took.append(round(1000 * (time.monotonic() - began)))
        assert (reply.outcome.act, reply.outcome.guide) == (Act.ANSWER, "g77"), "what it is about is remembered"
    print("milliseconds a turn:", took)
    with sqlite3.connect(stack.folder / "build" / "tracker.db") as connection:
        total, session = connection.execute(
            "SELECT count(*), sum(id >= (SELECT max(id) FROM events WHERE sender_id = ? AND type_name = "
            "'session_started')) FROM events WHERE sender_id = ?",
            [f"rest:{talk.sender}"] * 2,
        ).fetchone()
    connection.close()
    assert total > MAX_EVENTS
    assert session < MAX_EVENTS + A_TURN


@pytest.fixture
def hasty_rasa(stack: Stack) -> Iterator[Stack]:
    """A Rasa that ends a turn before the edge does."""
    with stack.impatient("rasa", PATIENCE_S):
        yield stack


def test_an_action_that_hangs_does_not_hold_the_conversation(hasty_rasa: Stack) -> None:
    talk: Conversation = hasty_rasa.conversation()
    assert talk.say(QUESTION).outcome.guide == "g77"
    hasty_rasa.send("actions", signal.SIGSTOP)
    began = time.monotonic()
    assert talk.say("多久能办好").outcome.act is Act.ERROR
    assert time.monotonic() - began < 2 * PATIENCE_S
    assert hasty_rasa.turns(talk.sender)[-1]["cause"] == "status_504"
    hasty_rasa.send("actions", signal.SIGCONT)
    reply = talk.say("咨询电话是多少")
    assert (reply.outcome.act, reply.outcome.section) == (Act.ANSWER, "phone")
