"""One conversation is never split nor reordered, whichever edge its messages come to and whichever Rasa takes them."""

from __future__ import annotations

import asyncio

import books
import httpx
import pytest
from load import REST
from record import Talk, compare

from bot.cluster.cluster import Cluster

pytestmark = pytest.mark.cluster

SENDERS, ROUNDS, AT_ONCE = 3, 4, 6


async def test_bursts_to_both_edges_are_taken_in_order_and_once(cluster: Cluster) -> None:
    edges = [cluster.root("edge-1"), cluster.root("edge-2")]
    talks = [Talk(f"rest:order-{number}", ordered=False) for number in range(SENDERS)]

    async def say(talk: Talk, number: int) -> None:
        said = talk.say(f"社会保障卡补领在哪里办 {number}")
        body = {"sender": talk.sender.removeprefix("rest:"), "message": said.text}
        response = await client.post(edges[number % 2] + REST, json=body)
        [said.act] = [item["custom"]["act"] for item in response.json() if "custom" in item]

    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for first in range(0, ROUNDS * AT_ONCE, AT_ONCE):
            await asyncio.gather(*(say(talk, number) for talk in talks for number in range(first, first + AT_ONCE)))
    heard = books.heard(cluster.postgres.url("tracker"))
    rows = books.turns(cluster.postgres.url("journal"))
    verdict = compare(talks, rows, heard, edge_killed=False)
    assert verdict.wrong == []
    assert verdict.answered == verdict.sent == SENDERS * ROUNDS * AT_ONCE
    for talk in talks:
        written = [row.text for row in rows if row.sender == talk.sender]
        assert heard[talk.sender] == written
        for first in range(0, ROUNDS * AT_ONCE, AT_ONCE):
            burst = {said.text for said in talk.said[first : first + AT_ONCE]}
            assert set(written[first : first + AT_ONCE]) == burst, "a burst comes after the one before it"
