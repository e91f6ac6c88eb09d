"""When a process behind the edge is gone or hangs, citizens get a sentence and a number in time, later an answer."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from stack import Conversation, Reply, Stack

from bot.outcome import Act

pytestmark = pytest.mark.stack

PATIENCE_S = 4.0  # the edge's, for these tests
MARGIN_S = 2.0  # to write the journal and to reply
QUESTION = "社会保障卡补领要什么材料"


@pytest.fixture(scope="module")
def hasty(stack: Stack) -> Iterator[Stack]:
    """The assistant with an edge that soon gives up."""
    with stack.impatient("edge", PATIENCE_S):
        yield stack


@pytest.fixture
def asking(hasty: Stack) -> Conversation:
    """A conversation that has had an answer."""
    conversation = hasty.conversation()
    assert conversation.say(QUESTION).outcome.guide == "g77"
    return conversation


def assert_sorry(reply: Reply, began: float) -> None:
    """A sentence with the hotline came in time."""
    assert time.monotonic() - began < PATIENCE_S + MARGIN_S
    assert reply.outcome.act is Act.ERROR
    assert "抱歉" in reply.text
    assert "12333" in reply.text
    assert "Traceback" not in reply.text


def assert_answers_again(stack: Stack, conversation: Conversation) -> None:
    """The conversation goes on where it was, and a new one is answered too."""
    reply = conversation.say("咨询电话是多少")
    assert (reply.outcome.act, reply.outcome.guide, reply.outcome.section) == (Act.ANSWER, "g77", "phone")
    assert stack.conversation().say(QUESTION).outcome.act is Act.ANSWER


def test_action_server_killed(hasty: Stack, asking: Conversation) -> None:
    hasty.end("actions", signal.SIGKILL)
    began = time.monotonic()
    assert_sorry(asking.say("多久能办好"), began)
    turns = hasty.turns(asking.sender)
    assert [(turn["text"], turn["state"], turn["act"]) for turn in turns] == [
        (QUESTION, "completed", "answer"),
        ("多久能办好", "completed", "error"),
    ]
    assert turns[-1]["cause"]
    assert hasty.client.get("/healthz").status_code == 200
    ready = hasty.client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["actions"]) == (503, "unreachable")

    hasty.start("actions")
    hasty.wait_ready()
    assert_answers_again(hasty, asking)


def test_rasa_hangs(hasty: Stack, asking: Conversation) -> None:
    hasty.send("rasa", signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert_sorry(asking.say("多久能办好"), began)
    finally:
        hasty.send("rasa", signal.SIGCONT)
    turn = hasty.turns(asking.sender)[-1]
    assert (turn["text"], turn["state"], turn["act"], turn["cause"]) == ("多久能办好", "completed", "error", "slow")
    assert turn["latency_ms"] >= PATIENCE_S * 1000
    assert_answers_again(hasty, asking)


def test_rasa_killed(hasty: Stack, asking: Conversation) -> None:
    hasty.end("rasa", signal.SIGKILL)
    began = time.monotonic()
    assert_sorry(asking.say("多久能办好"), began)
    assert hasty.turns(asking.sender)[-1]["cause"] == "unreachable"

    hasty.start("rasa")
    hasty.wait_ready()
    assert_answers_again(hasty, asking)  # its tracker store knows what was talked about


def test_edge_killed_in_the_middle_of_a_turn(hasty: Stack, asking: Conversation) -> None:
    """What was sent stands in the journal, though nobody could answer it."""
    hasty.send("rasa", signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as pool:
            lost = pool.submit(asking.say, "多久能办好")
            wait_until(lambda: len(hasty.turns(asking.sender)) == 2)
            hasty.end("edge", signal.SIGKILL)
            with pytest.raises(httpx.TransportError):
                lost.result(timeout=PATIENCE_S)
    finally:
        hasty.send("rasa", signal.SIGCONT)
    turn = hasty.turns(asking.sender)[-1]
    assert (turn["text"], turn["state"], turn["act"]) == ("多久能办好", "received", None)

    hasty.start("edge", turn_timeout_s=str(PATIENCE_S))
    hasty.wait_ready()
    assert_answers_again(hasty, asking)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds, which it must within the edge's patience."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
