"""The five seconds (one here): replies, messages that come later, three tries, what waits for the next message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse
from structlog.testing import capture_logs
from wechat_parts import Edge, Phones

from bot.cli.wechat_platform import Platform
from bot.edge.wechat import channel
from bot.edge.wechat.deliveries import Deliveries, Job
from bot.edge.wechat.state_sql import SqlStore
from bot.settings import Settings

Edges = Callable[[Settings], Edge]
LATER = "正在为您查，请稍等几秒，回复任意字查看。着急的话，请拨打 12333。"
SOURCE = "\n\n出自《社会保障卡补领》，某版第 158 页"


def echo(body: dict[str, Any]) -> JSONResponse:
    return JSONResponse(said(text=f"答：{body['message']}"))


@pytest.fixture
def writing(settings: Settings, platform: Platform) -> Settings:
    """An account that may write customer-service messages."""
    return replace(settings, wechat_customer_service=True, wechat_api_base=platform.url)


async def eventually(holds: Callable[[], Any], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def test_an_answer_that_takes_too_long_comes_as_a_message(
    writing: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda _: 1.5
    phone = phones.official(edges(writing))
    platform.interacted(phone.user)
    shown = await phone.say("补卡")
    assert (shown.kind, shown.tries) == ("nothing", 1)
    await eventually(lambda: platform.sent)
    assert platform.sent == [{"touser": phone.user, "msgtype": "text", "text": {"content": f"答：补卡{SOURCE}"}}]
    assert len(rasa.received) == 1


async def test_the_third_try_of_an_account_that_may_not_write_gets_it(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda _: 2.2
    shown = await phones.official(edges(settings)).say("补卡")
    assert (shown.kind, shown.text, shown.tries) == ("text", f"答：补卡{SOURCE}", 3)
    assert len(rasa.received) == 1


async def test_what_three_tries_do_not_get_waits_for_any_word(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda _: 3.6
    phone = phones.official(edges(settings))
    shown = await phone.say("补卡")
    assert (shown.text, shown.tries) == (LATER, 3)
    shown = await phone.say("好")
    assert shown.text == f"答：补卡{SOURCE}"
    assert rasa.texts == ["补卡"]  # 好 was no question


async def test_a_question_in_place_of_any_word_is_answered_too(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda body: 3.3 if body["message"] == "补卡" else 0.0
    phone = phones.official(edges(settings))
    assert (await phone.say("补卡")).text == LATER
    await eventually(lambda: SqlStore(settings.database_url).get(f"awaited:wechat:{phone.user}") is None)
    assert (await phone.say("地点")).text == f"答：补卡{SOURCE}\n\n答：地点{SOURCE}"


async def test_two_workers_compute_a_message_once(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda _: 1.6
    one, other = (phones.official(edges(settings)) for _ in "12")
    other = replace(other, user=one.user)
    message = one.message("text", {"Content": "补卡"})
    shown = await asyncio.gather(one.deliver(message), other.deliver(message), one.deliver(message))
    assert {each.text for each in shown} == {f"答：补卡{SOURCE}"}
    assert len(rasa.received) == 1


async def test_events_are_told_apart_without_an_id(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(settings))
    press = phone.message("event", {"Event": "CLICK", "EventKey": "guide:g77"})
    other = phone.message("event", {"Event": "CLICK", "EventKey": "guide:g78"})
    for message in (press, press, other, press):
        assert (await phone.deliver(message)).kind == "text"
    assert rasa.texts == ["社会保障卡补领怎么办", "社会保障卡换领怎么办"]


async def test_a_long_answer_goes_on_with_any_word(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    lines = [f"{number}. " + "材料" * 100 for number in range(1, 13)]
    rasa.answer = lambda _: JSONResponse(said(text="\n".join(lines)))
    phone = phones.official(edges(settings))
    texts = [(await phone.say("补卡")).text]
    while texts[-1].endswith("（还有没说完的，回复任意字接着看）"):
        texts.append((await phone.say("1")).text)
    assert len(texts) == 4
    assert all(len(text.encode()) <= 2048 for text in texts)
    whole = "\n".join(text.removesuffix("\n（还有没说完的，回复任意字接着看）") for text in texts)
    assert whole == "\n".join(lines) + SOURCE
    assert len(rasa.received) == 1


async def test_a_long_answer_follows_in_messages(
    writing: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    lines = [f"{number}. " + "材料" * 100 for number in range(1, 13)]
    rasa.answer = lambda _: JSONResponse(said(text="\n".join(lines)))
    phone = phones.official(edges(writing))
    platform.interacted(phone.user)
    shown = await phone.say("补卡")
    await eventually(lambda: len(platform.sent) == 3)
    texts = [shown.text, *(message["text"]["content"] for message in platform.sent)]
    assert "\n".join(texts) == "\n".join(lines) + SOURCE


async def test_what_the_platform_does_not_take_any_more_waits_for_the_citizen(
    writing: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda body: 1.5 if body["message"] == "补卡" else 0.0
    phone = phones.official(edges(writing))
    platform.failures.append(45047)
    assert (await phone.say("补卡")).kind == "nothing"
    store = SqlStore(writing.database_url)
    await eventually(lambda: platform.calls.count("/cgi-bin/message/custom/send") == 1)
    await eventually(lambda: store.get(f"lock:wechat:{phone.user}") is None)
    assert (await phone.say("好")).text == f"答：补卡{SOURCE}"
    assert platform.sent == []


async def test_an_account_that_may_not_write_after_all_falls_back_to_tries(
    writing: Settings,
    edges: Edges,
    phones: Phones,
    rasa: FakeRasa,
    platform: Platform,
) -> None:
    rasa.answer, rasa.delay_s = echo, lambda _: 1.5
    edge = edges(writing)
    phone = phones.official(edge)
    platform.failures.append(40164)
    with capture_logs() as lines:
        await phone.say("补卡")
        await eventually(lambda: SqlStore(writing.database_url).get("off:wechat") is not None)
    shown = await phones.official(edge).say("换卡")
    assert (shown.text, shown.tries) == (f"答：换卡{SOURCE}", 2)
    assert 40164 in [line.get("code") for line in lines]


async def test_five_messages_in_two_days_and_no_more(
    writing: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    rasa.answer = lambda _: JSONResponse(said(text="\n".join("材料" * 300 for _ in range(9))))
    phone = phones.official(edges(writing))
    platform.interacted(phone.user)
    await phone.say("补卡")
    await eventually(lambda: len(platform.sent) == 5)
    assert platform.calls.count("/cgi-bin/message/custom/send") == 5  # nobody had to be refused
    shown = await phone.say("好")
    assert shown.text.startswith("材料")


async def test_a_worker_that_goes_away_leaves_nothing_undone(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlStore(settings.database_url)
    gone = Deliveries(store, "wechat", lease_s=-1)  # its lease is over as it begins
    gone.arrive("a-message", "oTest00000000000000000000999", Job(say="补卡"))
    monkeypatch.setattr(channel, "_SWEEP_S", 0.2)
    rasa.answer = echo
    phone = phones.official(edges(settings), user="oTest00000000000000000000999")
    await eventually(lambda: rasa.texts == ["补卡"])
    await eventually(lambda: store.get(f"out:wechat:{phone.user}") is not None)
    assert (await phone.say("好")).text == f"答：补卡{SOURCE}"


async def test_rasa_down_and_state_down_still_name_a_number(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    down = edges(replace(settings, rasa_url="http://127.0.0.1:9"))
    assert "12333" in (await phones.official(down).say("补卡")).text
    broken = edges(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    shown = await phones.official(broken, wait_s=5.0).say("补卡")
    assert (shown.kind, "12333" in shown.text) == ("text", True)
