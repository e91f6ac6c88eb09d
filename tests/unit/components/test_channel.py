"""Rasa's side of the edge: nobody without the key, no reply out of a turn that failed, an end to each turn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage, register
from rasa.shared.exceptions import RasaException
from sanic_client import client_of, new_app

from bot.components.channel import EdgeInput
from bot.components.tracker_store import _failures
from bot.logs import current_request

pytestmark = pytest.mark.asyncio
KEY = "the key of these tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
BODY = {"sender": "rest:u1", "message": "你好", "input_channel": "cmdline", "metadata": {"admin": True}}
Take = Callable[[UserMessage], Awaitable[None]]


async def rasa(take: Take, ready: bool | Callable[[], bool] = True, patience_s: float = 5) -> httpx.AsyncClient:
    """A client of a Rasa server that takes messages as told."""
    app = new_app()
    app.ctx.agent = SimpleNamespace(handle_message=take, is_ready=ready if callable(ready) else lambda: ready)
    register([EdgeInput(KEY, patience_s)], app, "/webhooks/")
    return await client_of(app)


async def answer(message: UserMessage) -> None:
    await message.output_channel.send_text_message(message.sender_id, "您好")


async def say(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post("/webhooks/rest/webhook", json=BODY, headers={**BEARER, **headers})


async def test_a_message_is_answered_and_nothing_else_of_the_body_is_believed() -> None:
    seen: list[UserMessage] = []

    async def take(message: UserMessage) -> None:
        seen.append(message)
        await answer(message)

    response = await say(await rasa(take), **{"X-Request-ID": "request-0001"})
    assert (response.status_code, response.json()) == (200, [{"recipient_id": "rest:u1", "text": "您好"}])
    [message] = seen
    assert (message.text, message.sender_id, message.input_channel) == ("你好", "rest:u1", "rest")
    assert message.metadata == {"request_id": "request-0001"}


async def test_a_message_that_comes_before_the_model_waits_for_it() -> None:
    seen: list[bool] = []
    looks = iter([False, False, True])

    async def take(message: UserMessage) -> None:
        seen.append(True)
        await answer(message)

    client = await rasa(take, ready=looks.__next__)
    assert (await say(client)).status_code == 200
    assert seen == [True]


async def test_a_model_that_does_not_come_ends_the_turn() -> None:
    response = await say(await rasa(answer, ready=False, patience_s=0.3))
    assert response.status_code == 504


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer another key at all"}])
async def test_nobody_is_let_in_without_the_key(headers: dict[str, str]) -> None:
    async def take(_message: UserMessage) -> None:
        raise AssertionError("taken")

    client = await rasa(take)
    for path in ("/webhooks/rest/webhook", "/webhooks/rest/webhook?token=" + KEY):
        assert (await client.post(path, json=BODY, headers=headers)).status_code == 401
    assert (await client.get("/webhooks/rest/", headers=headers)).status_code == 401


async def test_a_turn_that_breaks_is_no_empty_reply_and_no_part_of_one() -> None:
    async def take(message: UserMessage) -> None:
        await answer(message)
        raise KeyError(message.text)

    response = await say(await rasa(take))
    assert (response.status_code, response.content) == (500, b"")


async def test_a_turn_ends_and_what_it_waits_for_is_cut_off() -> None:
    cut = asyncio.Event()

    async def take(_message: UserMessage) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    response = await say(await rasa(take, patience_s=0.05))
    assert response.status_code == 504
    assert cut.is_set(), "the conversation's lock would be held on"


async def test_a_turn_whose_conversation_could_not_be_read_is_no_reply() -> None:
    async def take(message: UserMessage) -> None:
        failures = _failures.get()
        assert failures == []
        failures.append("read")
        await answer(message)

    assert (await say(await rasa(take))).status_code == 503


async def test_the_request_is_known_to_all_that_works_for_it() -> None:
    seen: list[str | None] = []

    async def take(_message: UserMessage) -> None:
        seen.append(current_request())

    await say(await rasa(take), **{"X-Request-ID": "request-0001"})
    await say(await rasa(take), **{"X-Request-ID": "no id: \n"})
    assert seen[0] == "request-0001"
    assert seen[1] is not None
    assert json.dumps(seen[1]).isascii()


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
async def test_it_is_ready_once_a_model_is_loaded(ready: bool, status: int) -> None:
    assert (await (await rasa(answer, ready)).get("/webhooks/rest/", headers=BEARER)).status_code == status


@pytest.mark.parametrize("credentials", [None, {}, {"key": "", "patience_s": 5}])
async def test_without_a_key_it_does_not_start(credentials: dict[str, Any] | None) -> None:
    with pytest.raises(RasaException):
        EdgeInput.from_credentials(credentials)
