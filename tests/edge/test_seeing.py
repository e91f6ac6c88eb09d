"""Seeing what the edge does: one id for each request, figures for Prometheus, none of it at the public address."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest
from edge_client import Running
from fake_rasa import FakeRasa, said
from prometheus_client import REGISTRY
from starlette.responses import JSONResponse

from bot.edge.metrics import serve_metrics
from bot.learn.processes import free_ports

pytestmark = pytest.mark.asyncio


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_rasa_and_the_client_learn_the_id_of_the_request(running: Running, rasa: FakeRasa) -> None:
    async with running(internal_key="the key of these tests") as edge:
        responses = [await edge.say("你好"), await edge.say("你好"), await edge.client.get("/nowhere")]
    ids = [response.headers["x-request-id"] for response in responses]
    assert len(set(ids)) == 3
    assert [headers["x-request-id"] for headers in rasa.headers] == ids[:2]
    assert {headers["authorization"] for headers in rasa.headers} == {"Bearer the key of these tests"}


async def test_an_id_of_the_proxy_is_kept_if_it_is_one(running: Running) -> None:
    async with running() as edge:
        good = await edge.client.get("/healthz", headers={"X-Request-ID": "proxy-00001"})
        bad = await edge.client.get("/healthz", headers={"X-Request-ID": '"},{'})
    assert good.headers["x-request-id"] == "proxy-00001"
    assert len(bad.headers["x-request-id"]) == 32


async def test_turns_are_counted_by_what_they_came_to(running: Running, rasa: FakeRasa) -> None:
    answer = {"channel": "rest", "act": "answer", "cause": ""}
    failed = {"channel": "rest", "act": "error", "cause": "status_500"}
    before = figure("guidebot_turns_total", **answer), figure("guidebot_turns_total", **failed)
    took = figure("guidebot_turn_seconds_count", channel="rest"), figure("guidebot_rasa_seconds_count")
    async with running() as edge:
        await edge.say("你好")
        rasa.answer = lambda _: JSONResponse(said(), 500)
        await edge.say("你好")
    assert (figure("guidebot_turns_total", **answer), figure("guidebot_turns_total", **failed)) == (
        before[0] + 1,
        before[1] + 1,
    )
    assert (figure("guidebot_turn_seconds_count", channel="rest"), figure("guidebot_rasa_seconds_count")) == (
        took[0] + 2,
        took[1] + 2,
    )


async def test_refusals_are_counted(running: Running) -> None:
    before = figure("guidebot_refusals_total", code="bad_message")
    async with running() as edge:
        await edge.say(7)
    assert figure("guidebot_refusals_total", code="bad_message") == before + 1


async def test_figures_are_served_at_an_address_of_their_own(running: Running) -> None:
    (port,) = free_ports(1)
    serve_metrics(f"127.0.0.1:{port}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    page = await asyncio.to_thread(lambda: opener.open(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode())
    assert "guidebot_turn_seconds_bucket" in page
    async with running() as edge:
        assert (await edge.client.get("/metrics")).status_code == 404
