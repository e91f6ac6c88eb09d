"""Whatever is sent to the edge, and whatever Rasa answers it: no 5xx, no hang, no leak, always a number to call.

A small slice runs with the other tests; `make fuzz` sends a hundred thousand (FUZZ_INPUTS says how many).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fake_rasa import FakeRasa, said, serving
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse, Response

from bot.edge.app import create_app
from bot.edge.wechat.messages import NotAMessage, read_xml, received
from bot.privacy import mask
from bot.settings import Settings
from bot.text import normalise, without_command

INPUTS = int(os.environ.get("FUZZ_INPUTS", "400"))
PATIENCE_S = 10.0
SECRET = "the secret of these tests"
MOBILE = "16900001234"  # a range that no operator has
DATA = Path(__file__).parents[2] / "data"
METHODS = ("GET", "GET", "POST", "PUT", "DELETE", "OPTIONS")
PATHS = ("/webhooks/rest/webhook", "/webhooks/rest/webhook", "/api/messages", "/api/feedback", "/wechat")
OTHERS = ("/", "/ready", "/api/session", "/api/session/history", "/api/opening", "/static/../app.py", "/wecom", "/x")

fuzzing = settings(
    max_examples=INPUTS // 4,  # four ways in
    deadline=None,
    database=None,
    derandomize=INPUTS < 1000,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
odd_text = st.one_of(
    st.text(max_size=80),
    st.text('/／{}"intent企业一壹1３-. \u200b\u202e\x00@社保卡号', max_size=60),
    st.sampled_from(["/restart", "／inform{}", f"手机{MOBILE}", "\U000e0041", "社" * 600, "＜script＞alert(1)"]),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4),
    max_leaves=12,
)
keys = st.sampled_from(["sender", "message", "id", "text", "shown", "verdict", "reasons", "comment", "metadata"])
bodies = st.one_of(
    st.binary(max_size=200),
    anything.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(keys, anything, max_size=5).map(lambda value: json.dumps(value).encode()),
    st.builds(lambda sender, message: json.dumps({"sender": sender, "message": message}).encode(), odd_text, odd_text),
    st.builds(lambda depth: b'{"sender":' + b"[" * depth, st.sampled_from([10, 1_500, 16_000])),
    st.builds(lambda tag, text: f"<xml><{tag}>{text}</{tag}></xml>".encode("utf-8", "replace"), odd_text, odd_text),
)
latin = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
headers = st.dictionaries(st.sampled_from(["Authorization", "X-Request-ID", "Content-Type", "Origin"]), latin)


@dataclass(frozen=True)
class Edge:
    """An edge in this process; requests are made one after the other."""

    runner: asyncio.Runner
    client: httpx.AsyncClient
    token: str = ""

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        return self.runner.run(self.client.request(method, path, **request))


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="module")
def edge(rasa: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An edge with all its channels, and no limit on how often one may send."""
    unlimited = {"rate_limit": "999999/second", "address_rate_limit": "999999/second"}
    app = create_app(
        Settings(
            rasa_url=rasa.url,
            actions_url=rasa.url,
            database_url=f"sqlite:///{tmp_path_factory.mktemp('fuzz')}/journal.db",
            data_dir=DATA,
            secret=SECRET,
            internal_key=SECRET,
            wechat_token="testtoken",
            wechat_app_id="wx2c2769f8efd9abc2",
            wechat_mode="plain",
            **unlimited,  # type: ignore[arg-type]
        )
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 50_000))
    lifespan = app.router.lifespan_context(app)
    with asyncio.Runner() as runner:
        runner.run(lifespan.__aenter__())
        edge = Edge(runner, httpx.AsyncClient(transport=transport, base_url="http://edge"))
        yield replace(edge, token=edge.request("POST", "/api/session").json()["token"])
        runner.run(lifespan.__aexit__(None, None, None))
    structlog.reset_defaults()


def assert_sound(edge: Edge, method: str, path: str, **request: Any) -> Any:
    """The response to a request, which must be one of those that are allowed."""
    began = time.monotonic()
    response = edge.request(method, path, **request)
    assert time.monotonic() - began < PATIENCE_S
    if response.status_code != 503 or '"status":"not_ready"' not in response.text:  # which may be the truth for once
        assert response.status_code < 500, response.text
    assert "content-security-policy" in response.headers
    for leak in ("Traceback", SECRET, "site-packages"):
        assert leak not in response.text
    if response.status_code >= 400 and response.headers.get("content-type") == "application/json":
        assert "12333" in response.json()["error"]["remedy"]
    return response


@given(st.sampled_from(PATHS), bodies, st.booleans())
@fuzzing
def test_any_body(edge: Edge, path: str, body: bytes, known: bool) -> None:
    token = edge.token if known else "x"
    assert_sound(edge, "POST", path, content=body, headers={"Authorization": f"Bearer {token}"})


@given(st.sampled_from(METHODS), st.sampled_from((*PATHS, *OTHERS)) | latin.map("/".__add__), latin, headers)
@fuzzing
def test_any_address(edge: Edge, method: str, path: str, query: str, headers: dict[str, str]) -> None:
    address = "/" + path.partition("?")[0].partition("#")[0].lstrip("/")  # two would name a host
    assert_sound(edge, method, address, params={"signature": query, "q": query}, headers=headers)


@given(odd_text, anything, st.integers(200, 599))
@fuzzing
def test_any_message_and_any_answer_of_rasa(edge: Edge, rasa: FakeRasa, message: str, answer: Any, status: int) -> None:
    parts = [{"text": answer}, {"text": message, "buttons": answer}, {"custom": answer}]
    replies: list[Response] = [
        Response(json.dumps(answer), status if status not in (204, 205, 304) else 200),
        Response(json.dumps(parts), media_type="application/json"),
        JSONResponse(said()),
    ]
    rasa.reset()
    rasa.answer = lambda _: replies[len(message) % 3]
    body = json.dumps({"sender": "someone", "message": message})
    response = assert_sound(edge, "POST", "/webhooks/rest/webhook", content=body)
    if response.status_code == 200:
        customs = [item["custom"] for item in response.json() if "custom" in item]
        assert len(customs) == 1
        assert customs[0]["act"] != "error" or "12333" in response.json()[0]["text"]
    for asked in rasa.received:
        assert not asked["message"].startswith(("/", "／"))
        assert MOBILE not in asked["message"]


@given(odd_text, bodies)
@fuzzing
def test_any_text_and_any_document_can_be_read(text: str, body: bytes) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert mask(mask(once).text).text == mask(once).text
    assert not without_command(once).startswith("/")
    try:
        received(read_xml(body))
    except NotAMessage:
        return
