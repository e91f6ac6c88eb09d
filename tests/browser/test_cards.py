"""Cards that come with an answer, each by the contract of the reply; a test answers in the service's place."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chat_page import MESSAGES, ChatPage, Visit, answer
from PIL import Image
from playwright.sync_api import expect

from bot.outcome import Act, Outcome, Source

pytestmark = pytest.mark.stack

TITLE = "社会保障卡补领"
SOURCE = Source(TITLE, 158, "某版")
PHONES = [{"label": "咨询电话", "number": "0631-5211690"}]
CHECKLIST = {
    "kind": "checklist",
    "guide": "g77",
    "title": TITLE,
    "channel": "窗口",
    "person": "本人",
    "items": [
        {"text": "有效身份证件", "group": None},
        {"text": "出生医学证明", "group": "为未成年人补领"},
        {"text": "居民户口簿", "group": "为未成年人补领"},
    ],
    "note": "原件带上",
}
Show = Callable[..., ChatPage]


@pytest.fixture
def show(chat: ChatPage) -> Show:
    """Asks something and gets an answer with `card` or other keys."""

    def ask(texts: str | list[str] = "好的", outcome: Outcome | None = None, **more: Any) -> ChatPage:
        answered = outcome or Outcome(Act.CHITCHAT)
        chat.page.route(MESSAGES, lambda route: answer(route, texts, answered, **more))
        chat.send("要带什么")
        chat.wait_done()
        return chat

    return ask


def test_checklist_is_ticked_off_and_keeps_its_ticks(show: Show) -> None:
    chat = show(card=CHECKLIST)
    listed = chat.last_turn.locator(".checklist")
    expect(listed.get_by_role("heading", level=2)).to_have_text(f"{TITLE} · 材料清单 · 窗口 · 本人")
    expect(listed.get_by_role("heading", level=3)).to_have_text("为未成年人补领")
    expect(listed).to_contain_text("原件带上")
    expect(listed.get_by_role("checkbox")).to_have_count(3)
    listed.get_by_role("checkbox", name="居民户口簿").check()
    expect(listed.get_by_role("status")).to_have_text("已备好 1 项，共 3 项")
    chat.send("再看一遍")
    chat.wait_done()
    again = chat.last_turn.locator(".checklist")
    expect(again.get_by_role("checkbox", name="居民户口簿")).to_be_checked()
    expect(again.get_by_role("checkbox", name="有效身份证件")).not_to_be_checked()


def test_checklist_is_printed_alone(show: Show) -> None:
    chat = show(card=CHECKLIST)
    chat.page.add_init_script("window.print = () => console.log(document.body.innerText)")  # of the frame to come
    chat.last_turn.get_by_role("checkbox", name="有效身份证件").check()
    with chat.page.expect_console_message() as printed:
        chat.last_turn.get_by_role("button", name="打印或存为 PDF").click()
    lines = [line for line in printed.value.text.splitlines() if line]
    assert lines == [
        f"{TITLE} · 材料清单 · 窗口 · 本人",
        "☑ 有效身份证件",
        "为未成年人补领",
        "☐ 出生医学证明",
        "☐ 居民户口簿",
        "原件带上",
    ]


def test_checklist_can_be_kept_as_a_picture(show: Show, tmp_path: Path) -> None:
    chat = show(card=CHECKLIST)
    with chat.page.expect_download() as caught:
        chat.last_turn.get_by_role("button", name="存为图片").click()
    assert caught.value.suggested_filename == f"{TITLE}.png"
    picture = Image.open(io.BytesIO(Path(caught.value.path()).read_bytes())).convert("L")
    assert picture.width == 720
    assert picture.height > 300
    assert picture.getextrema() == (0x11, 0xFF)  # something is written on it


def test_code_takes_the_question_to_another_phone(show: Show) -> None:
    chat = show(card=CHECKLIST)
    chat.last_turn.get_by_role("button", name="扫码带走").click()
    code = chat.last_turn.get_by_role("img", name="用手机扫一扫")
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box and box["width"] >= 150
    dark = chat.last_turn.locator(".code path").get_attribute("d")
    assert dark and dark.count("h1v1h-1z") > 200


def test_conditions_show_what_each_came_to(show: Show) -> None:
    conditions = [
        {"text": "达到法定退休年龄", "state": "met"},
        {"text": "累计缴费满15年", "state": "lacking"},
        {"text": "已停止就业", "state": "asked"},
        {"text": "本地户籍", "state": "open"},
        {"text": "其他", "state": "unknown"},
    ]
    card = {"kind": "eligibility", "guide": "g15", "title": "退休", "conditions": conditions, "done": False}
    rows = show(card=card).last_turn.locator(".eligibility li")
    shown = [text.split("\n") for text in rows.all_inner_texts()]
    assert [state for state, _text in shown] == ["符合", "不符合", "正在问", "还没问", "不确定"]
    assert [text for _state, text in shown] == [condition["text"] for condition in conditions]


@pytest.mark.parametrize(
    ("state", "said", "facts"),
    [
        ("open", "现在在上班时间", {"until": "11:30"}),
        ("closed", "现在不在上班时间", {"reason": "午休"}),
        ("unknown", "说不准现在是否上班", {"reason": "指南没有写明"}),
    ],
)
def test_hours_say_whether_it_is_open_now(show: Show, state: str, said: str, facts: dict[str, str]) -> None:
    empty = {"until": None, "opens": None, "reason": None}
    card = {"kind": "hours", "guide": "g77", "title": TITLE, "state": state, "at": "2026-11-25 10:30", **empty, **facts}
    shown = show(card=card).last_turn.locator(".hours")
    expect(shown).to_contain_text(said)
    for fact in facts.values():
        expect(shown).to_contain_text(fact)


def test_hours_name_the_day_asked_for_and_the_next_opening_as_people_say_it(show: Show) -> None:
    card = {
        "kind": "hours", "guide": "g77", "title": TITLE, "state": "closed", "at": "2026-11-28 00:00",
        "about": "11月28日（星期六）", "until": None, "opens": "2026-11-30 08:30", "reason": "休息日",
    }  # fmt: skip
    shown = show(["11月28日（星期六）不上班（休息日）", "说的是周六"], card=card).last_turn
    expect(shown.locator(".hours")).to_contain_text("11月28日（星期六） 不上班")
    expect(shown.locator(".hours")).to_contain_text("下次开门：11月30日星期一 08:30")
    expect(shown.locator(".message.bot")).to_have_text(["说的是周六"])


def test_places_lead_to_a_map_and_to_a_call(show: Show) -> None:
    where = {
        "text": "市民服务中心一楼",
        "address": "文化中路86号",
        "floor": "一楼",
        "counter": "12号",
        "map": "https://uri.amap.com/search?keyword=%E6%96%87",
    }
    card = {"kind": "place", "guide": "g77", "title": TITLE, "places": [where], "phones": PHONES}
    shown = show(card=card).last_turn.locator(".place")
    for text in (where["text"], where["address"], where["floor"], where["counter"]):
        expect(shown).to_contain_text(text)
    link = shown.get_by_role("link", name="看地图")
    assert link.get_attribute("href") == where["map"]
    assert link.get_attribute("rel") == "noopener noreferrer"
    call = shown.get_by_role("link", name="拨打 咨询电话 0631-5211690")
    assert call.get_attribute("href") == "tel:06315211690"


def test_two_matters_are_compared_side_by_side(visit: Visit) -> None:
    chat = visit(1280, 900)
    columns = [{"guide": "g77", "title": TITLE, "label": "补领"}, {"guide": "g78", "title": "换领", "label": "换领"}]
    rows = [{"section": "materials", "heading": "申请材料", "cells": ["身份证", "身份证和旧卡"]}]
    card = {"kind": "compare", "columns": columns, "rows": rows}
    chat.page.route(MESSAGES, lambda route: answer(route, "对比", Outcome(Act.CHITCHAT), card=card))
    chat.send("有什么不一样")
    chat.wait_done()
    cells = chat.last_turn.locator(".compare .cells > div")
    assert cells.all_inner_texts() == ["补领\n\n身份证", "换领\n\n身份证和旧卡"]
    tops = [one.bounding_box() for one in cells.all()]
    assert tops[0] and tops[1] and tops[0]["y"] == tops[1]["y"]


def test_next_step_can_be_asked_about(show: Show) -> None:
    steps = [{"guide": "g71", "title": "工伤认定申请", "section": "process", "quote": "先申请工伤认定"}]
    chat = show(card={"kind": "next", "guide": "g70", "title": TITLE, "steps": steps})
    expect(chat.last_turn.locator(".next")).to_contain_text("先申请工伤认定")
    chat.last_turn.locator(".next button").click()
    expect(chat.said.last).to_have_text("工伤认定申请")


def test_handoff_gives_numbers_hours_and_what_to_say(show: Show) -> None:
    card = {
        "kind": "handoff",
        "phones": PHONES,
        "hours": "周一至周五",
        "open": False,
        "summary": ["我要补卡", "已带身份证"],
    }
    shown = show("请打电话", Outcome(Act.HANDOFF), card=card).last_turn.locator(".handoff")
    expect(shown.get_by_role("link", name="0631-5211690")).to_be_visible()
    expect(shown).to_contain_text("上班时间：周一至周五（现在不在上班时间）")
    expect(shown.locator(".summary li")).to_have_text(card["summary"])


def test_a_card_that_is_not_known_costs_nothing(show: Show) -> None:
    chat = show("照样看得到", card={"kind": "hologram"})
    expect(chat.last_turn).to_contain_text("照样看得到")
    expect(chat.last_turn.locator(".card")).to_have_count(0)


def test_a_second_section_stands_in_the_same_card(show: Show) -> None:
    outcome = Outcome(Act.ANSWER, "g77", "materials", quote="有效身份证件", source=SOURCE)
    more = {
        "section": "time_limit",
        "quote": "即时办结，详询 0631-5211690",
        "source": {"title": TITLE, "page": 159, "edition": "某版"},
        "note": "注意",
        "variants": [],
    }
    texts = [f"《{TITLE}》申请材料：\n有效身份证件", f"办理时限：\n{more['quote']}"]
    card = show(texts, outcome, more=[more]).card
    expect(card).to_have_count(1)
    further = card.locator(".more")
    expect(further.get_by_role("heading")).to_have_text("您还问到 办理时限")
    assert further.locator("blockquote").text_content() == more["quote"]
    expect(further.locator(".source")).to_have_text("原文摘自某版，第 159 页")
    expect(further.locator(".note")).to_contain_text("注意")
    expect(further.get_by_role("link")).to_have_attribute("href", "tel:06315211690")
    expect(card.page.get_by_role("log").get_by_text(more["quote"])).to_have_count(1)
