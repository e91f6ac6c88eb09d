"""企业微信 over the same crypto: an application, a group's robot, and 微信客服."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse
from wechat_parts import CORP_ID, SECRET, Edge, Phones

from bot.cli.wechat_platform import Platform, serving_platform
from bot.settings import Settings

Edges = Callable[[Settings], Edge]
ANSWER = "您好\n\n出自《社会保障卡补领》，某版第 158 页"


@pytest.fixture
def company(settings: Settings) -> Any:
    """企业微信's API, and an edge's settings that may use it."""
    platform = Platform(CORP_ID, SECRET)
    with serving_platform(platform):
        given = {"wecom_secret": SECRET, "wecom_agent_id": "1000002", "wecom_api_base": platform.url}
        yield platform, replace(settings, **given)


async def eventually(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.02)


async def test_an_application_answers_sealed(settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa) -> None:
    phone = phones.enterprise(edges(settings))
    shown = await phone.say("社保卡丢了怎么补")
    assert (shown.kind, shown.text) == ("text", ANSWER)
    assert rasa.received == [{"sender": f"wecom:{phone.user}", "message": "社保卡丢了怎么补"}]
    assert (await phone.event("click", "section:materials")).text == ANSWER
    assert (await phone.event("enter_agent")).kind == "nothing"
    assert "打字" in (await phone.send("image", {"PicUrl": "http://p", "MediaId": "m"})).text


async def test_an_application_writes_when_five_seconds_are_over(
    company: Any, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    platform, settings = company
    rasa.delay_s = lambda _: 1.5
    phone = phones.enterprise(edges(settings))
    assert (await phone.say("补卡")).kind == "nothing"
    await eventually(lambda: platform.sent)
    assert platform.sent == [{"touser": phone.user, "agentid": 1000002, "msgtype": "text", "text": {"content": ANSWER}}]


async def test_a_group_s_robot_is_answered_in_its_form(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.enterprise(edges(settings))
    message = (
        "<xml><WebhookUrl><![CDATA[https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k]]></WebhookUrl>"
        "<ChatId><![CDATA[wrkSFfCgAALFgnrSsWU38puiv4yvExuw]]></ChatId><MsgId><![CDATA[abcdabcdabcd]]></MsgId>"
        "<ChatType><![CDATA[group]]></ChatType><From><UserId><![CDATA[zhangsan]]></UserId>"
        "<Name><![CDATA[张三]]></Name></From><MsgType><![CDATA[text]]></MsgType>"
        "<Text><Content><![CDATA[@社保助手 社保卡丢了怎么补]]></Content></Text></xml>"
    )
    shown = await phone.deliver(message)
    assert (shown.kind, shown.text) == ("text", ANSWER)
    assert rasa.received == [{"sender": "wecom-robot:zhangsan", "message": "社保卡丢了怎么补"}]
    assert (await phone.deliver(message)).text == ANSWER
    assert len(rasa.received) == 1


def kf_text(number: int, content: str, origin: int = 3) -> dict[str, Any]:
    return {
        "msgid": f"msg{number}",
        "open_kfid": "wkAAA",
        "external_userid": "wmBBB",
        "send_time": 1_795_000_000 + number,
        "origin": origin,
        "msgtype": "text",
        "text": {"content": content},
    }


async def test_customer_service_is_fetched_answered_once_and_goes_on_where_it_was(
    company: Any, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    platform, settings = company
    rasa.answer = lambda body: JSONResponse(said({"act": "chitchat"}, f"答：{body['message']}"))
    phone = phones.enterprise(edges(settings))
    platform.interacted("wmBBB")
    event = {"Event": "kf_msg_or_event", "Token": "ENC123", "OpenKfId": "wkAAA"}
    platform.kf_messages += [kf_text(1, "补卡"), kf_text(2, "我是客服", origin=5), kf_text(3, "要什么材料")]
    assert (await phone.send("event", event)).kind == "nothing"
    await eventually(lambda: len(platform.sent) == 2)
    assert sorted(one["text"]["content"] for one in platform.sent) == ["答：补卡", "答：要什么材料"]
    assert {(one["touser"], one["open_kfid"]) for one in platform.sent} == {("wmBBB", "wkAAA")}
    assert {body["sender"] for body in rasa.received} == {"wecom-kf:wmBBB@wkAAA"}
    platform.kf_messages.append(kf_text(4, "谢谢"))
    await asyncio.gather(*(phone.send("event", event) for _ in range(3)))
    await eventually(lambda: len(platform.sent) == 3)
    assert sorted(rasa.texts) == sorted(["补卡", "要什么材料", "谢谢"])
