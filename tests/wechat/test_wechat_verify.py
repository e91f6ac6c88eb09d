"""Who is let in: the console's check, the time window, replays, modes, and what is not XML."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_rasa import FakeRasa
from wechat_parts import AES_KEY, TOKEN, Edge, Phones

from bot.cli.wechat_phone import xml
from bot.edge.wechat.crypto import Seal, signature
from bot.settings import Settings

Edges = Callable[[Settings], Edge]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_the_console_s_check_is_answered_with_its_echo(
    mode: str, settings: Settings, edges: Edges, phones: Phones
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode=mode)))
    assert await phone.verify("4375120948345356249") == "4375120948345356249"
    assert await replace(phone, token="another").verify() is None
    response = await phones.http.get(phone.url, params={"echostr": "1"})
    assert (response.status_code, response.text) == (403, "")


async def test_wecom_s_check_is_opened(settings: Settings, edges: Edges, phones: Phones) -> None:
    phone = phones.enterprise(edges(settings))
    assert await phone.verify("1616140317555161061") == "1616140317555161061"
    assert await replace(phone, token="another").verify() is None
    unsealed = {**phone.query(""), "echostr": "1"}
    assert (await phones.http.get(phone.url, params=unsealed)).status_code == 403


@pytest.mark.parametrize("late_s", [-301, 301])
async def test_a_request_of_another_time_is_refused(
    late_s: int, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode="plain")))
    stamp = str(int(time.time()) + late_s)
    query = {"timestamp": stamp, "nonce": "1", "signature": signature(TOKEN, stamp, "1")}
    response = await phones.http.post(phone.url, params=query, content=phone.message("text", {"Content": "补卡"}))
    assert (response.status_code, response.text, rasa.texts) == (403, "", [])


async def test_a_nonce_serves_one_message(settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode="plain")))
    query, body = phone.request(phone.message("text", {"Content": "补卡"}))
    first = await phones.http.post(phone.url, params=query, content=body)
    other = phone.message("text", {"Content": "转人工"}).encode()
    assert (await phones.http.post(phone.url, params=query, content=other)).status_code == 403
    assert [(await phones.http.post(phone.url, params=query, content=body)).text for _ in "12"] == [first.text] * 2
    assert (await phones.http.post(phone.url, params=query, content=body)).status_code == 403  # a fourth is no retry
    assert rasa.texts == ["补卡"]


async def test_safe_mode_takes_nothing_unsealed(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(settings))
    plain = replace(phone, mode="plain")
    query, body = plain.request(plain.message("text", {"Content": "补卡"}))
    assert (await phones.http.post(phone.url, params=query, content=body)).status_code == 400
    sealed_for_another = Seal(AES_KEY, "wx0000000000000000").seal(body.decode())
    query["msg_signature"] = signature(TOKEN, query["timestamp"], query["nonce"], sealed_for_another)
    outer = xml({"ToUserName": "gh", "Encrypt": sealed_for_another})
    assert (await phones.http.post(phone.url, params=query, content=outer)).status_code == 403
    assert rasa.texts == []


async def test_compatible_mode_believes_the_sealed_part_alone(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode="compatible")))
    query, body = phone.request(phone.message("text", {"Content": "补卡"}))
    changed = body.replace("<Content><![CDATA[补卡".encode(), "<Content><![CDATA[转人工".encode())
    response = await phones.http.post(phone.url, params=query, content=changed)
    assert phone.shown(response.text).kind == "text"
    assert rasa.texts == ["补卡"]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("hello", 400),
        ("<xml>", 400),
        ("<xml/>", 400),
        ("<html><a/></html>", 400),
        ("<xml>" + "<a>" * 150 + "</a>" * 150 + "</xml>", 400),
        ("<xml>" + "<a/>" * 5000 + "</xml>", 400),
        (BOMB, 400),
        (FILE, 400),
        ("<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><CreateTime>soon</CreateTime></xml>", 400),
        ("<xml><FromUserName>a b</FromUserName><MsgType>text</MsgType></xml>", 400),
        ("<xml><FromUserName>o1</FromUserName></xml>", 400),
        ("<xml><x>" + "好" * 40_000 + "</x></xml>", 413),
    ],
)
async def test_what_is_no_message_is_refused_without_a_word(
    body: str, status: int, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode="plain")))
    response = await phones.http.post(phone.url, params=phone.query(""), content=body.encode())
    assert (response.status_code, response.text, rasa.texts) == (status, "", [])


async def test_words_that_look_like_markup_are_words(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(settings))
    assert (await phone.say("<!DOCTYPE html> &lt; <b>补卡</b>")).kind == "text"
    assert rasa.texts == ["<!DOCTYPE html> &lt; <b>补卡</b>"]
