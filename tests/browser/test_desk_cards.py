"""The desk in the page, asked of the real service: a list, a walk, hours, a place, a comparison and what comes next,
and a person. Each is tried as a citizen would, on a phone."""

from __future__ import annotations

import re

import pytest
from chat_page import ChatPage, Visit
from playwright.sync_api import Locator, Route, expect

from bot.outcome import Act

pytestmark = pytest.mark.stack

CARD = "社会保障卡补领要什么材料"


def card(chat: ChatPage, kind: str) -> Locator:
    """The only card of that kind in the last turn."""
    found = chat.last_turn.locator(f".card.{kind}")
    expect(found).to_have_count(1)
    return found


def assert_said_once(chat: ChatPage, text: str) -> None:
    """A reader meets `text` once: what a card shows is not said again, and its quote is folded."""
    shown = chat.last_turn.get_by_text(text).filter(visible=True)
    expect(shown).to_have_count(1)


def test_list_is_asked_for_and_ticked_off(chat: ChatPage) -> None:
    chat.ask(CARD)
    outcome = chat.press(chat.choices.filter(has_text="列成清单"))
    assert (outcome.guide, outcome.section) == ("g77", "materials")
    listed = card(chat, "checklist")
    boxes = listed.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    boxes.first.check()
    expect(listed.get_by_role("status")).to_have_text("已备好 1 项，共 2 项")
    listed.get_by_role("button", name="扫码带走").click()
    expect(listed.get_by_role("img", name="用手机扫一扫")).to_be_visible()
    assert_said_once(chat, "有效身份证件：中国公民为居民身份证")
    chat.last_turn.get_by_text("看原文：《社会保障卡补领》申请材料").click()
    expect(chat.quote).to_be_visible()
    assert chat.quote.text_content() == outcome.quote


def test_list_of_the_code_is_shown_on_the_other_phone(visit: Visit) -> None:
    """What the code leads to shows the list's materials, also where the page's own script comes after all else."""
    chat, held = visit(service_workers="block"), list[Route]()  # a worker would answer for the script out of its store
    chat.watch.tolerated.append("blocked by Playwright")
    chat.page.route("**/static/page.js", lambda route: held.append(route))
    chat.page.goto(f"{chat.url}?ask=社会保障卡补领申请材料", wait_until="commit")
    expect(chat.log).to_have_attribute("aria-busy", "false")
    held[0].continue_()
    expect(chat.card).to_contain_text("有效身份证件")


def test_conditions_are_answered_by_taps(chat: ChatPage) -> None:
    chat.ask("到龄退休领取养老待遇资格确认，我够不够条件")
    rows = card(chat, "eligibility").locator("li")
    expect(rows.locator("b")).to_have_text(["正在问", "还没问"])
    expect(chat.last_turn.get_by_text("这一条，您的情况是这样吗？")).to_be_visible()
    chat.press(chat.choices.filter(has_text=re.compile("^是$")))
    chat.press(chat.choices.filter(has_text="不清楚"))
    rows = card(chat, "eligibility").locator("li")
    expect(rows.locator("b")).to_have_text(["符合", "不确定"])
    expect(chat.last_turn.get_by_text("以经办机构审核为准")).to_be_visible()
    assert_said_once(chat, "达到国家法定退休年龄")


def test_hours_say_whether_a_day_is_open(chat: ChatPage) -> None:
    outcome = chat.ask("社会保障卡补领周日能办吗")
    assert (outcome.guide, outcome.section) == ("g77", "hours")
    shown = card(chat, "hours")
    expect(shown).to_contain_text(re.compile(r"（星期日） 不上班|说不准"))
    expect(chat.quote).to_contain_text("法定节假日除外")
    chat.ask("现在去还来得及吗")
    expect(card(chat, "hours")).to_contain_text(re.compile("现在在上班时间|现在不在上班时间|说不准现在是否上班"))


def test_place_is_found_on_a_map_and_called(chat: ChatPage) -> None:
    chat.ask("企业职工增员在哪里办")
    shown = card(chat, "place")
    for text in ("2楼", "综合窗口4号、6号、8号"):
        expect(shown.locator("dd").get_by_text(text, exact=True)).to_be_visible()
    link = shown.get_by_role("link", name="看地图").get_attribute("href")
    assert link and link.startswith("https://uri.amap.com/search?keyword=%E5%B1%B1%E4%B8%9C")
    assert shown.get_by_role("link", name=re.compile("^拨打 ")).first.get_attribute("href").startswith("tel:0631")
    expect(chat.last_turn.get_by_text("uri.amap.com")).to_have_count(0)


def test_two_matters_stand_side_by_side_and_one_leads_on(chat: ChatPage) -> None:
    chat.ask("社保卡挂失和解挂有什么区别")
    shown = card(chat, "compare")
    names = shown.locator(".cells").first.locator("b")
    expect(names).to_have_text(["挂失", "解挂"])
    assert_said_once(chat, "身份证件原件、社会保障卡")
    chat.ask("工伤认定办完以后办什么")
    step = card(chat, "next")
    expect(step).to_contain_text("《工伤认定决定书》")
    outcome = chat.press(step.get_by_role("button", name="工伤职工劳动能力鉴定"))
    assert outcome.guide == "g71"


def test_person_is_reached_with_what_was_said(chat: ChatPage) -> None:
    chat.ask(CARD)
    outcome = chat.ask("转人工")
    assert outcome.act is Act.HANDOFF
    shown = card(chat, "handoff")
    expect(shown.locator(".summary li")).to_have_text(["问的事：社会保障卡补领", f"问过：{CARD}"])
    assert chat.phone_links(shown)["0631-5211690"] == "tel:06315211690"
    expect(shown).to_contain_text("上班时间")
    assert_said_once(chat, "0631-5211690")
