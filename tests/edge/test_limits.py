"""How often one may send: a conversation, and an address behind which conversations are made up."""

from __future__ import annotations

import pytest
from conftest import Running
from fake_rasa import FakeRasa

pytestmark = pytest.mark.asyncio


async def test_a_conversation_that_sends_too_often_is_told_when_to_go_on(
    running: Running, rasa: FakeRasa
) -> None:
    async with running(rate_limit="2/hour") as edge:
        codes = [(await edge.say("你好", "u1")).status_code for _ in range(3)]
        refused = await edge.say("你好", "u1")
        other = await edge.say("你好", "u2")
    assert codes == [200, 200, 429]
    assert refused.json()["error"]["code"] == "too_many"
    assert "12333" in refused.json()["error"]["remedy"]
    assert 3_500 <= int(refused.headers["Retry-After"]) <= 3_600
    assert other.status_code == 200
    assert len(rasa.received) == 3


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("203.0.113.7", [200, 200, 429]),
        ("2001:db8:1:2::7", [200, 200, 429]),
        ("127.0.0.1", [200, 200, 200]),
        ("::1", [200, 200, 200]),
    ],
)
async def test_made_up_conversations_share_the_limit_of_their_address(
    address: str, codes: list[int], running: Running
) -> None:
    async with running(address=address, address_rate_limit="2/hour") as edge:
        assert [(await edge.say("你好", f"u{n}")).status_code for n in range(3)] == codes


async def test_what_is_refused_is_not_counted_against_others(running: Running) -> None:
    async with running(address="203.0.113.7", rate_limit="1/hour", address_rate_limit="2/hour") as edge:
        codes = [(await edge.say("你好", sender)).status_code for sender in ("u1", "u1", "u1", "u2", "u3")]
    assert codes == [200, 429, 429, 200, 429]


async def test_ipv6_addresses_of_one_network_count_together() -> None:
    from bot.edge.limits import SendLimits
    from bot.settings import Settings

    limits = SendLimits(Settings(address_rate_limit="1/hour"))
    assert limits.wait_s("rest:u1", "2001:db8:1:2::7") == 0
    assert limits.wait_s("rest:u2", "2001:db8:1:2:ffff::8") > 0
    assert limits.wait_s("rest:u3", "2001:db8:1:3::7") == 0


async def test_the_page_and_health_have_no_limit(running: Running) -> None:
    async with running(address="203.0.113.7", address_rate_limit="1/hour") as edge:
        assert [(await edge.client.get(path)).status_code for path in ("/", "/healthz", "/readyz", "/")] == [
            200
        ] * 4
