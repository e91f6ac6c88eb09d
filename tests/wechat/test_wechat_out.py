"""What goes out: texts cut on bytes, lists whose numbers and words both work, cards, hand-overs, links."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fake_rasa import FakeRasa, said
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse
from wechat_parts import DATA, Edge, Phones

from bot.cli.wechat_platform import Platform
from bot.edge.problem import Refusal
from bot.edge.rasa import Message, Reply
from bot.edge.sessions import Sessions, channel_and_sender
from bot.edge.wechat.parts import MENU, TEXT, Part, clean, cut, merged, parts_of, size
from bot.edge.wechat.words import load_words
from bot.outcome import Act, Option, Outcome, Source
from bot.settings import Settings

Edges = Callable[[Settings], Edge]
LAYOUT = load_words(Settings(data_dir=DATA)).layout
SECRET = "a secret of some length"
CLARIFY = {
    "act": "clarify",
    "slot": "audience",
    "options": [
        {"title": "企业", "payload": "企业单位", "guides": ["g01"]},
        {"title": "机关事业单位", "payload": "机关单位", "guides": ["g02"]},
    ],
}
ASKS = [
    {
        "recipient_id": "rasa",
        "text": "请问您是哪一种？",
        "buttons": [{"title": one["title"], "payload": one["payload"]} for one in CLARIFY["options"]],  # type: ignore[index]
    },
    {"recipient_id": "rasa", "custom": CLARIFY},
]
LISTED = "请问您是哪一种？\n\n回复数字或文字：\n1. 企业\n2. 机关事业单位"


@given(st.text(alphabet=st.sampled_from("材料。；，\nab好 1🙂"), max_size=400), st.integers(12, 200))
def test_pieces_fit_and_nothing_is_lost(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_at_list_items_then_at_pauses() -> None:
    items = [f"{number}. " + "身份证原件；" * 20 for number in range(1, 6)]
    assert cut("\n".join(items), 800) == ["\n".join(items[:2]), "\n".join(items[2:4]), items[4]]
    assert cut("甲乙，丙丁。戊己", 12) == ["甲乙，", "丙丁。", "戊己"]
    assert cut("甲乙丙丁戊", 6) == ["甲乙", "丙丁", "戊"]


def test_what_cannot_be_seen_is_not_sent() -> None:
    assert clean("甲\x00\x07\u200b\u202e乙\r\n\ufeff丙\ud800 \n") == "甲乙\n丙"


def test_a_quote_stays_word_for_word_through_cutting() -> None:
    quote = "\n".join(f"（{number}）" + "所需材料：" + "身份证、" * 60 for number in range(1, 12))
    outcome = Outcome(Act.ANSWER, "g77", "materials", quote=quote, source=Source("社会保障卡补领", 158, "某版"))
    parts = parts_of(Reply(outcome, (Message(quote),)), LAYOUT, 2048)
    assert all(size(part.text) <= 2048 for part in parts)
    assert quote in "\n".join(part.text for part in parts)


def test_texts_that_fit_go_together_and_menus_stay_menus() -> None:
    menu = Part(MENU, "哪一种？\n\n1. 甲", title="哪一种？", options=("甲",))
    assert merged([Part(TEXT, "答"), menu], 2048) == [
        Part(MENU, "答\n\n哪一种？\n\n1. 甲", title="答\n\n哪一种？", options=("甲",))
    ]
    assert merged([Part(TEXT, "答" * 600), Part(TEXT, "答" * 600)], 2048) == [Part(TEXT, "答" * 600)] * 2


def test_options_without_buttons_are_listed_too() -> None:
    outcome = Outcome(Act.CLARIFY, slot="audience", options=(Option("企业", "企业"),))
    assert parts_of(Reply(outcome, (Message("哪一种？"),)), LAYOUT, 2048)[0].text.endswith("\n1. 企业")


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("1", "企业单位"),
        ("２", "机关单位"),
        ("②", "机关单位"),
        ("二", "机关单位"),
        ("第二个", "机关单位"),
        ("选1", "企业单位"),
        ("2.", "机关单位"),
        ("3", "3"),
        ("机关事业单位", "机关事业单位"),
        ("我们是学校", "我们是学校"),
    ],
)
async def test_numbers_and_words_of_a_list_both_work(
    answer: str, meant: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: JSONResponse(ASKS)
    phone = phones.official(edges(settings))
    assert (await phone.say("社保登记怎么办")).text == LISTED
    await phone.say(answer)
    assert rasa.texts[1] == meant


async def test_the_sections_after_an_answer_have_numbers_and_old_lists_are_forgotten(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    messages = said()
    messages[0]["buttons"] = [{"title": title, "payload": title} for title in ("申请材料", "办理地点")]
    rasa.answer = lambda body: JSONResponse(messages if body["message"] == "补卡" else said())
    phone = phones.official(edges(settings))
    shown = await phone.say("补卡")
    assert shown.text.endswith("\n\n还可以看（回复数字或文字）：\n1. 申请材料\n2. 办理地点")
    await phone.say("2")
    await phone.say("2")  # the answer to the first had no list
    assert rasa.texts == ["补卡", "办理地点", "2"]


async def test_a_list_that_is_sent_is_a_menu_to_press(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    rasa.answer, rasa.delay_s = lambda _: JSONResponse(ASKS), lambda _: 1.5
    phone = phones.official(edges(_writing(settings, platform)))
    platform.interacted(phone.user)
    await phone.say("社保登记怎么办")
    await _eventually(lambda: platform.sent)
    options = [{"id": "1", "content": "企业"}, {"id": "2", "content": "机关事业单位"}]
    assert platform.sent[0]["msgmenu"] == {"head_content": "请问您是哪一种？", "list": options, "tail_content": ""}
    rasa.delay_s = lambda _: 0.0
    await phone.send("text", {"Content": "机关事业单位", "bizmsgmenuid": "2"})
    assert rasa.texts[1] == "机关事业单位"


async def test_a_card_opens_the_conversation_as_a_page(
    settings: Settings, edges: Edges, phones: Phones, platform: Platform
) -> None:
    given = replace(_writing(settings, platform), public_url="https://guide.example", secret=SECRET)
    phone = phones.official(edges(given))
    platform.interacted(phone.user)
    card = await phone.event("CLICK", "card:g77")
    assert (card.kind, card.title) == ("news", "社会保障卡补领")
    address, _, token = card.url.partition("#session=")
    assert address == "https://guide.example/"
    assert Sessions(SECRET.encode()).session(f"Bearer {token}") == f"wechat:{phone.user}"
    assert (await phone.event("SCAN", "g77")).kind == "text"
    await _eventually(lambda: platform.sent)
    [article] = platform.sent[0]["news"]["articles"]
    assert (article["title"], article["url"].startswith("https://guide.example/#session=1.wechat:")) == (
        "社会保障卡补领",
        True,
    )


async def test_a_long_answer_ends_with_a_link_where_there_is_a_page(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: JSONResponse(said(text="\n".join("材料" * 100 for _ in range(9))))
    given = replace(settings, public_url="https://guide.example", secret=SECRET)
    shown = await phones.official(edges(given)).say("补卡")
    assert '<a href="https://guide.example/#session=1.wechat:' in shown.text
    assert size(shown.text) <= 2048


async def test_the_page_of_a_link_shows_the_whole_answer(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    whole = "\n".join("材料" * 100 for _ in range(9))
    rasa.answer = lambda _: JSONResponse(said(text=whole))
    edge = edges(replace(settings, public_url="https://guide.example", secret=SECRET))
    shown = await phones.official(edge).say("补卡")
    token = re.search(r"#session=([^\"]+)", shown.text)
    assert token is not None
    async with httpx.AsyncClient(base_url=edge.url) as page:
        headers = {"Authorization": f"Bearer {token[1]}"}
        [exchange] = (await page.get("/api/session/history", headers=headers)).json()["exchanges"]
        assert (exchange["said"], exchange["messages"][0]["text"]) == ("补卡", whole)
        body = {"id": "abcdefgh", "text": "电话呢"}
        assert (await page.post("/api/messages", json=body, headers=headers)).status_code == 200
    assert len({one["sender"] for one in rasa.received}) == 1


def test_a_link_ends_and_cannot_be_made_by_others() -> None:
    token = Sessions(SECRET.encode(), lambda: 1000).renew("wecom:zhang.san", 7200).text
    assert Sessions(SECRET.encode(), lambda: 8199).session(f"Bearer {token}") == "wecom:zhang.san"
    strangers = (token.replace("zhang", "zhao"), token.replace("8200", "9999"), token[:-1], "", "1..2.3", token + "0")
    refused = [(SECRET, 8200, token), ("another", 1000, token), *((SECRET, 1000, broken) for broken in strangers)]
    for secret, now, shown in refused:
        with pytest.raises(Refusal):
            Sessions(secret.encode(), lambda now=now: now).session(f"Bearer {shown}")


def test_a_page_goes_on_with_the_conversation_of_its_link() -> None:
    assert channel_and_sender("wechat:o1", "web") == ("wechat", "o1")
    assert channel_and_sender("wecom-kf:a@b", "web") == ("wecom-kf", "a@b")
    assert channel_and_sender("Xc9-_x", "web") == ("web", "Xc9-_x")


async def test_a_hand_over_says_the_numbers_and_reaches_the_account_s_people(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, platform: Platform
) -> None:
    rasa.answer = lambda _: JSONResponse(said({"act": "handoff"}, "请打 12333"))
    phone = phones.official(edges(replace(_writing(settings, platform), wechat_transfer=True)))
    platform.interacted(phone.user)
    assert (await phone.event("CLICK", "handoff")).kind == "transfer_customer_service"
    assert platform.sent[0]["text"]["content"] == "请打 12333"
    platform.failures.append(45047)
    assert (await phone.say("转人工")).text == "请打 12333"  # rather the numbers than silence


async def test_text_that_would_end_a_cdata_section_arrives(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: JSONResponse(said(text="甲]]>乙 &amp; <b>"))
    assert (await phones.official(edges(settings)).say("补卡")).text.startswith("甲]]>乙 &amp; <b>")


async def test_who_sends_too_fast_is_told_so(settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa) -> None:
    phone = phones.official(edges(replace(settings, rate_limit="2/hour")))
    shown = [await phone.say(f"补卡{number}") for number in "123"]
    assert shown[2].text == "您发得太快了，请稍等一会儿再发。着急的话，请拨打 12333。"
    assert len(rasa.received) == 2


def _writing(settings: Settings, platform: Platform) -> Settings:
    return replace(settings, wechat_customer_service=True, wechat_api_base=platform.url)


async def _eventually(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.02)
