"""The action server lets in who shows its key, and says of each action how long it took and for which request."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio
import sanic
from prometheus_client import REGISTRY
from sanic import response
from sanic.request import Request
from sanic_client import client_of, new_app
from structlog.testing import capture_logs

from actions.guarded import guard
from actions.serve import main

pytestmark = pytest.mark.asyncio
KEY = "the key of these tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
CALL = {"next_action": "action_answer", "tracker": {"latest_message": {"metadata": {"request_id": "request-0001"}}}}


@pytest_asyncio.fixture
async def server() -> httpx.AsyncClient:
    app = new_app()

    async def webhook(_request: Request) -> sanic.HTTPResponse:
        return response.json({"events": [], "responses": []})

    async def health(_request: Request) -> sanic.HTTPResponse:
        return response.json({"status": "ok"})

    app.add_route(webhook, "/webhook", methods=["POST"])
    app.add_route(health, "/health")
    guard(app, KEY)
    return await client_of(app)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer another key"}])
async def test_nothing_but_its_health_is_open(server: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await server.post("/webhook", json=CALL, headers=headers)).status_code == 401
    assert (await server.get("/metrics", headers=headers)).status_code == 401
    assert (await server.get("/health", headers=headers)).status_code == 200


async def test_an_action_is_logged_and_counted(server: httpx.AsyncClient) -> None:
    before = seconds("action_answer")
    with capture_logs() as logs:
        assert (await server.post("/webhook", json=CALL, headers=BEARER)).status_code == 200
    [line] = logs
    assert (line["event"], line["action"], line["status"]) == ("action", "action_answer", 200)
    assert seconds("action_answer") == before + 1
    metrics = await server.get("/metrics", headers=BEARER)
    assert 'guidebot_action_seconds_count{action="action_answer"}' in metrics.text


@pytest.mark.parametrize("call", [[], {}, {"tracker": None}, {"tracker": {"latest_message": None}}])
async def test_a_call_without_a_request_breaks_nothing(server: httpx.AsyncClient, call: object) -> None:
    assert (await server.post("/webhook", json=call, headers=BEARER)).status_code == 200


def seconds(action: str) -> float:
    return REGISTRY.get_sample_value("guidebot_action_seconds_count", {"action": action}) or 0.0


async def test_without_a_key_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import actions.serve
    from bot.settings import Settings

    here = SimpleNamespace(settings=Settings(), engine=SimpleNamespace(scores=lambda texts: []))
    monkeypatch.setattr(actions.serve, "shared", lambda: here)
    with pytest.raises(SystemExit, match="GUIDEBOT_INTERNAL_KEY"):
        main(["--host", "0.0.0.0"])
