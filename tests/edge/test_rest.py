"""The public webhook: Rasa's protocol on the outside, nothing a client sends trusted on the inside."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from edge_client import Running
from fake_rasa import ANSWER, FakeRasa, said
from starlette.responses import JSONResponse

from bot.outcome import Outcome

pytestmark = pytest.mark.asyncio
Rows = Callable[[], list[dict[str, Any]]]


async def test_a_reply_is_rasas_list_with_one_outcome(running: Running, rasa: FakeRasa) -> None:
    buttons = [{"title": "办理地点", "payload": "办理地点"}]
    rasa.answer = lambda _: JSONResponse(
        [
            {"recipient_id": "rest:u1", "text": "找到了", "buttons": buttons, "image": "http://x/y.png"},
            {
                "recipient_id": "rest:u1",
                "custom": {
                    "act": "answer",
                    **{k: ANSWER[k] for k in ("guide", "section", "quote", "source")},
                },
            },
            {"recipient_id": "rest:u1", "custom": {"debug": 1}},
        ]
    )
    async with running() as edge:
        response = await edge.say("社保卡丢了要什么材料", "u1")
    assert response.json() == [
        {"recipient_id": "u1", "text": "找到了", "buttons": buttons},
        {"recipient_id": "u1", "custom": Outcome.from_custom(ANSWER).to_custom()},
    ]


async def test_rasa_gets_the_sender_in_a_namespace_and_nothing_else_of_the_clients(
    running: Running, rasa: FakeRasa
) -> None:
    async with running() as edge:
        body = {
            "sender": "wechat:u1",
            "message": "你好",
            "input_channel": "cmdline",
            "metadata": {"admin": True},
            "stream": True,
        }
        response = await edge.client.post("/webhooks/rest/webhook?stream=true&token=x", json=body)
    assert response.status_code == 200
    assert rasa.received == [{"sender": "rest:wechat:u1", "message": "你好"}]


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "／restart",
        "  /restart",
        "\u200b/restart",
        "\u3000／／restart",
        "/ \ufeff/restart",
        "\n/restart",
    ],
)
async def test_a_command_reaches_rasa_as_plain_words(typed: str, running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        await edge.outcome(typed)
    assert rasa.texts == ["restart"]


async def test_an_intent_with_entities_is_no_command_either(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        await edge.outcome('/inform{"audience":"企业"}')
    assert rasa.texts == ["inform"]


@pytest.mark.parametrize("typed", ["", "  ", "/", "／／ /", "\u200b\u3164"])
async def test_nothing_to_read_is_answered_by_the_edge(
    typed: str, running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    async with running() as edge:
        response = await edge.say(typed)
    [message] = [item for item in response.json() if "text" in item]
    assert "没有看到您的问题" in message["text"]
    assert "12333" in message["text"]
    assert response.json()[-1]["custom"]["act"] == "fallback"
    assert rasa.texts == []
    assert [(row["act"], row["cause"]) for row in rows()] == [("fallback", "no_text")]


async def test_the_longest_message_passes_and_one_more_character_does_not(
    running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    async with running(max_message_chars=20) as edge:
        assert (await edge.outcome("补" * 20))["act"] == "answer"
        response = await edge.say("补" * 21)
    assert response.json()[-1]["custom"]["act"] == "fallback"
    assert "20 个字" in response.json()[0]["text"]
    assert rasa.texts == ["补" * 20]
    assert [(row["cause"], len(row["text"])) for row in rows()] == [(None, 20), ("too_long", 21)]


async def test_text_is_normalised_before_it_is_forwarded(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        await edge.outcome("　社會保障卡\u200b丟了，\n怎麼補？ ")
    assert rasa.texts == ["社会保障卡丢了， 怎么补？"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"sender=u1&message=hi", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"[" * 9_000, "not_json"),
        (b"[]", "not_json"),
        (b'"hi"', "not_json"),
        (b'{"message": "hi"}', "bad_sender"),
        (b'{"sender": 7, "message": "hi"}', "bad_sender"),
        (b'{"sender": "", "message": "hi"}', "bad_sender"),
        (b'{"sender": "a b", "message": "hi"}', "bad_sender"),
        (b'{"sender": "a\\u0000", "message": "hi"}', "bad_sender"),
        (b'{"sender": "\\ud800", "message": "hi"}', "bad_sender"),
        (b'{"sender": "\\u202eu1", "message": "hi"}', "bad_sender"),
        (json.dumps({"sender": "u" * 129, "message": "hi"}).encode(), "bad_sender"),
        (b'{"sender": "u1"}', "bad_message"),
        (b'{"sender": "u1", "message": null}', "bad_message"),
        (b'{"sender": "u1", "message": ["hi"]}', "bad_message"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_is_no_message_is_refused_with_a_remedy(
    body: bytes, code: str, running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    async with running() as edge:
        response = await edge.client.post("/webhooks/rest/webhook", content=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error.keys() == {"code", "message", "remedy"}
    assert error["code"] == code
    assert "12333" in error["remedy"]
    assert rasa.received == []
    assert rows() == []


async def test_a_lone_surrogate_in_a_message_breaks_nothing(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        body = b'{"sender": "u1", "message": "\\ud83d\\u4f60\\u597d\\u0000"}'
        response = await edge.client.post("/webhooks/rest/webhook", content=body)
    assert response.status_code == 200
    assert rasa.texts == ["你好"]


async def test_a_body_over_the_limit_is_refused(running: Running, rasa: FakeRasa) -> None:
    async with running(max_body_bytes=300) as edge:
        fits = json.dumps({"sender": "u1", "message": "a" * 200}).encode()
        assert (await edge.client.post("/webhooks/rest/webhook", content=fits)).status_code == 200
        response = await edge.client.post("/webhooks/rest/webhook", content=fits + b" " * 200)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"
    assert len(rasa.received) == 1


async def test_a_body_without_end_is_not_read_to_its_end(running: Running) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(10_000):
            sent += 1
            yield b" " * 1_000

    async with running(max_body_bytes=5_000) as edge:
        response = await edge.client.post("/webhooks/rest/webhook", content=endless())
    assert response.status_code == 413
    assert sent < 100


async def test_other_paths_and_methods_are_refused_in_the_same_shape(running: Running) -> None:
    async with running() as edge:
        assert (await edge.client.get("/webhooks/rest/webhook")).json()["error"]["code"] == "not_allowed"
        for path in ("/model/train", "/conversations/rest:u1/tracker", "/webhooks/rest", "/static/../app.py"):
            response = await edge.client.get(path)
            assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
            assert "12333" in response.json()["error"]["remedy"]


async def test_two_texts_stay_in_order(running: Running, rasa: FakeRasa) -> None:
    rasa.answer = lambda _: JSONResponse([{"text": "一"}, *said(text="二"), {"text": "三"}])
    async with running() as edge:
        response = await edge.say("你好")
    assert [item.get("text") for item in response.json()] == ["一", "二", "三", None]


KEYS = "hall:0123456789abcdef app:fedcba9876543210"


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer 0123456789abcdeX", "Basic 0123456789abcdef", "Bearer é"]
)
async def test_where_keys_are_set_nobody_asks_without_one(shown: str | None, running: Running, rasa: FakeRasa) -> None:
    async with running(rest_keys=KEYS) as edge:
        headers = {} if shown is None else {"Authorization": shown.encode()}
        body = {"sender": "u1", "message": "你好"}
        response = await edge.client.post("/webhooks/rest/webhook", json=body, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "bad_key")
    assert "12333" in response.json()["error"]["remedy"]
    assert rasa.received == []


async def test_a_client_with_a_key_has_senders_and_a_limit_of_its_own(running: Running, rasa: FakeRasa) -> None:
    limits = {"key_rate_limit": "2/hour", "address_rate_limit": "1/hour"}
    async with running(address="203.0.113.7", rest_keys=KEYS, **limits) as edge:

        async def say(key: str, sender: str) -> httpx.Response:
            body, headers = {"sender": sender, "message": "你好"}, {"Authorization": f"Bearer {key}"}
            return await edge.client.post("/webhooks/rest/webhook", json=body, headers=headers)

        hall, app = "0123456789abcdef", "fedcba9876543210"
        first = await say(hall, "u1")
        codes = [(await say(key, "u1")).status_code for key in (app, hall, hall)]
    assert codes == [200, 200, 429]
    assert {item["recipient_id"] for item in first.json()} == {"u1"}
    assert [asked["sender"] for asked in rasa.received] == ["rest:hall:u1", "rest:app:u1", "rest:hall:u1"]
