"""A citizen's way through the page: ask, be asked back, read the guide's own words, ask on."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Mapping

import pytest
from chat_page import HISTORY, ChatPage, Visit
from playwright.sync_api import expect
from stack import Stack

from bot.book.guide import Guide, Section
from bot.outcome import Act, Outcome

pytestmark = pytest.mark.stack

FAMILY_QUESTION = "社保登记怎么办"  # 企业 (g01) or 机关事业单位 (g02): nothing in it says which
TITLES = {
    "overview": "怎么办",
    "audience_desc": "服务对象",
    "eligibility": "受理条件",
    "materials": "申请材料",
    "process": "办理流程",
    "fee": "收费",
    "time_limit": "办理时限",
    "phone": "咨询电话",
    "location": "办理地点",
    "hours": "办理时间",
}
ENDED = '{"token": "1.x.y", "expires": 4000000000}'
FOLLOW_UPS = {  # the buttons below a card; "办理地点" shows a card of its own
    "materials": "申请材料",
    "process": "办理流程",
    "time_limit": "办理时限",
    "eligibility": "受理条件",
    "phone": "咨询电话",
    "hours": "办理时间",
}
Guides = Mapping[str, Guide]


def section_of(outcome: Outcome, guides: Guides) -> Section:
    """The section of the guide files that an answer quotes."""
    assert outcome.guide and outcome.section
    return guides[outcome.guide].sections["process" if outcome.section == "overview" else outcome.section]


def assert_card_quotes(chat: ChatPage, outcome: Outcome, guides: Guides) -> None:
    """The last card shows the guide's title, the section's name, its very words, and where it is printed."""
    guide = guides[outcome.guide or ""]
    assert outcome.act is Act.ANSWER
    expect(chat.card).to_have_count(1)
    expect(chat.card.get_by_role("heading")).to_have_text(guide.title)
    expect(chat.card.locator(".card-section")).to_have_text(TITLES[outcome.section or ""])
    assert chat.quote.text_content() == section_of(outcome, guides).text
    expect(chat.card.locator(".source").first).to_have_text(f"原文摘自{guide.edition}，第 {guide.page} 页")


def test_page_greets_and_suggests_before_anything_is_asked(chat: ChatPage) -> None:
    expect(chat.page).to_have_title("社保指南助手")
    expect(chat.log).to_contain_text("想办什么事")
    assert len([one for one in chat.suggestions.all() if one.is_visible()]) >= 4
    expect(chat.send_button).to_be_disabled()
    expect(chat.said).to_have_count(0)


def test_every_suggestion_is_understood(visit: Visit) -> None:
    wide = visit(1280, 900)
    expect(wide.suggestions.first).to_be_visible()
    titles = wide.suggestions.all_inner_texts()
    assert len(titles) == len(set(titles)) == 12
    for title in titles:
        suggestion = wide.suggestions.get_by_text(title, exact=True)
        assert wide.press(suggestion).act in (Act.ANSWER, Act.CLARIFY), title
        expect(wide.said).to_have_text([title])
        wide.page.get_by_role("button", name="清除").click()
        wide.page.get_by_role("button", name="确定清除").click()
        expect(wide.said).to_have_count(0)


def test_family_question_is_asked_back_and_the_choice_quotes_its_guide(chat: ChatPage, guides: Guides) -> None:
    asked = chat.ask(FAMILY_QUESTION)
    assert (asked.act, asked.slot) == (Act.CLARIFY, "audience")
    expect(chat.card).to_have_count(0)
    expect(chat.choices).to_have_text([option.title for option in asked.options])
    option = next(option for option in asked.options if "企业" in option.title)
    first_turn = chat.last_turn.element_handle()

    answer = chat.press(chat.choices.filter(has_text=option.title))

    assert answer.guide in option.guides
    assert answer.guide == "g01"
    assert_card_quotes(chat, answer, guides)
    expect(chat.said).to_have_text([FAMILY_QUESTION, option.title])
    assert first_turn.query_selector("[aria-disabled=false]") is None  # now, an old choice would mean another thing
    assert first_turn.query_selector("button.chosen").inner_text() == option.title


def test_follow_up_stays_with_the_guide(chat: ChatPage, guides: Guides) -> None:
    first = chat.ask("社会保障卡补领要什么材料")
    assert (first.guide, first.section) == ("g77", "materials")
    assert_card_quotes(chat, first, guides)
    typed = chat.ask("几天能办好")
    assert (typed.guide, typed.section) == ("g77", "time_limit")
    assert_card_quotes(chat, typed, guides)


@pytest.mark.parametrize(("title", "section"), [(title, key) for key, title in FOLLOW_UPS.items()])
def test_section_can_be_had_by_its_button(chat: ChatPage, guides: Guides, title: str, section: str) -> None:
    chat.ask(f"社会保障卡补领{'在哪里办' if section == 'materials' else '要什么材料'}")
    outcome = chat.press(chat.choices.filter(has_text=title))
    assert (outcome.guide, outcome.section) == ("g77", section)
    assert_card_quotes(chat, outcome, guides)


def test_answer_shows_the_ways_to_do_it_apart_without_changing_a_word(chat: ChatPage, guides: Guides) -> None:
    outcome = chat.ask("社会保障卡补领办理流程是什么")
    assert [variant.channel for variant in outcome.variants] == ["窗口", "线上"]
    parts = chat.quote.locator(".variant")
    for part, variant in zip(parts.all(), outcome.variants, strict=True):
        assert part.get_attribute("data-channel") == variant.channel
        assert variant.text in (part.text_content() or "")
    assert_card_quotes(chat, outcome, guides)


def test_long_quote_is_folded_but_whole(chat: ChatPage, guides: Guides) -> None:
    outcome = chat.ask("居民养老保险待遇享受资格认证怎么办")
    assert_card_quotes(chat, outcome, guides)
    unfold = chat.card.get_by_role("button", name="展开全文")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    folded = chat.quote.bounding_box()
    unfold.click()
    expect(chat.card.get_by_role("button", name="收起全文")).to_have_attribute("aria-expanded", "true")
    unfolded = chat.quote.bounding_box()
    assert folded and unfolded and unfolded["height"] > folded["height"]


def test_editors_note_stands_beside_the_quote(chat: ChatPage, guides: Guides) -> None:
    note = next(note for note in guides["g67"].notes)
    outcome = chat.ask(f"{guides['g67'].title}{TITLES[note.section]}")
    assert_card_quotes(chat, outcome, guides)
    expect(chat.card.locator(".note")).to_have_text(f"编者提示：{note.text}")


def test_numbers_of_a_guide_can_be_tapped_to_call(chat: ChatPage, guides: Guides) -> None:
    outcome = chat.ask("社会保障卡补领咨询电话是多少")
    assert_card_quotes(chat, outcome, guides)
    wanted = {phone.number: "tel:" + phone.number.replace("-", "") for phone in guides["g77"].phones}
    assert len(wanted) == 2
    assert chat.phone_links(chat.card) == wanted


def test_greeting_is_answered_without_a_card(chat: ChatPage) -> None:
    assert chat.ask("你好").act is Act.CHITCHAT
    expect(chat.last_turn.locator(".message.bot")).to_contain_text("您好")
    expect(chat.card).to_have_count(0)


def test_what_is_not_in_the_book_gets_a_number_to_call_and_no_card(chat: ChatPage) -> None:
    assert chat.ask("公积金怎么提取").act is Act.FALLBACK
    expect(chat.card).to_have_count(0)
    assert chat.phone_links(chat.last_turn)["12333"] == "tel:12333"


def test_what_was_said_is_there_after_the_page_is_loaded_again(chat: ChatPage, guides: Guides) -> None:
    chat.ask(FAMILY_QUESTION)
    answer = chat.press(chat.choices.filter(has_text="企业").first)
    shown = chat.said.all_inner_texts()
    quote = chat.quote.text_content()
    chat.page.reload()
    expect(chat.said).to_have_text(shown)
    chat.wait_done()
    assert chat.quote.text_content() == quote
    follow = chat.ask("在哪里办")
    assert (follow.guide, follow.section) == (answer.guide, "location")


def test_cleared_is_forgotten_here_and_at_the_service(chat: ChatPage) -> None:
    chat.ask("社会保障卡补领要什么材料")
    chat.page.get_by_role("button", name="清除").click()
    expect(chat.said).to_have_count(1)  # not before it is confirmed
    with chat.page.expect_response(HISTORY) as caught:
        chat.page.get_by_role("button", name="确定清除").click()
    token = caught.value.request.headers["authorization"]
    assert (caught.value.request.method, caught.value.status) == ("DELETE", 204)
    expect(chat.said).to_have_count(0)
    expect(chat.log).to_contain_text("已清除")
    expect(chat.suggestions.first).to_be_visible()
    history = chat.page.request.get(f"{chat.url}/api/session/history", headers={"Authorization": token})
    assert history.json() == {"exchanges": []}
    chat.ask("在哪里办")
    expect(chat.card).to_have_count(0)  # nobody has said yet what is to be done
    chat.page.reload()
    expect(chat.said).to_have_text(["在哪里办"])


def test_two_citizens_do_not_mix(visit: Visit) -> None:
    one, other = visit(), visit()
    one.ask("社会保障卡补领要什么材料")
    other.ask("工伤认定申请要什么材料")
    assert one.ask("在哪里办").guide == "g77"
    assert other.ask("在哪里办").guide == "g57"
    expect(other.said).to_have_text(["工伤认定申请要什么材料", "在哪里办"])


def test_a_session_that_ended_gives_way_to_a_new_one(chat: ChatPage) -> None:
    chat.watch.tolerated.append("401")
    chat.ask("社会保障卡补领要什么材料")
    chat.page.evaluate("token => sessionStorage.setItem('guide-assistant.token', token)", ENDED)
    chat.page.reload()
    expect(chat.log).to_contain_text("上一段对话隔得太久")
    expect(chat.said).to_have_count(0)
    assert chat.ask("你好").act is Act.CHITCHAT


def test_what_one_thinks_of_an_answer_reaches_the_journal(chat: ChatPage, stack: Stack) -> None:
    chat.ask("社会保障卡补领要什么材料")
    chat.card.get_by_role("button", name="有用").click()
    expect(chat.card).to_contain_text("谢谢，记下了")
    chat.card.get_by_role("button", name="没帮上").click()
    chat.card.get_by_role("checkbox", name="看不懂").check()
    chat.card.get_by_label("还想说什么").fill("字太多，我的号码是13800138000")
    chat.card.get_by_role("button", name="提交").click()
    expect(chat.card.get_by_role("button", name="没帮上")).to_have_attribute("aria-pressed", "true")
    expect(chat.card).to_contain_text("谢谢，记下了")
    with sqlite3.connect(stack.folder / "build" / "journal.db") as connection:
        columns = "SELECT verdict, reasons, comment, text FROM feedback JOIN turns ON turns.id = turn"
        kept = connection.execute(f"{columns} ORDER BY feedback.id DESC").fetchone()
    connection.close()
    assert kept == ("down", "unclear", "字太多，我的号码是【手机号】", "社会保障卡补领要什么材料")


def test_ways_to_do_it_are_tabs(chat: ChatPage) -> None:
    chat.ask("社会保障卡补领办理流程是什么")
    tabs = chat.card.get_by_role("tab")
    expect(tabs).to_have_text(["全部", "线下（窗口）", "线上"])
    tabs.filter(has_text="线上").click()
    expect(chat.quote.locator(".variant:visible")).to_have_count(1)
    expect(chat.quote.locator(".variant:visible")).to_contain_text("爱山东")
    chat.page.keyboard.press("ArrowRight")
    expect(tabs.first).to_be_focused()
    expect(chat.quote.locator(".variant:visible")).to_have_count(2)


def test_near_matters_are_suggested_after_an_answer(chat: ChatPage) -> None:
    chat.ask("社会保障卡补领要什么材料")
    near = chat.last_turn.locator(".related button")
    titles = near.all_inner_texts()
    assert titles
    assert "社会保障卡补领" not in titles
    assert all("社会保障卡" in title for title in titles)
    assert chat.press(near.first).guide != "g77"


def test_an_answer_can_be_copied_with_its_source(visit: Visit) -> None:
    chat = visit(permissions=["clipboard-read", "clipboard-write"])
    outcome = chat.ask("社会保障卡补领要什么材料")
    chat.card.get_by_role("button", name="复制").click()
    expect(chat.card.get_by_role("button", name="已复制")).to_be_visible()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert outcome.quote in copied
    assert copied.startswith("《社会保障卡补领》")
    assert "第 158 页" in copied


def test_an_answer_can_be_shared_with_a_link_that_asks_again(visit: Visit) -> None:
    chat = visit(before="navigator.share = async (what) => { window.shared = what; };")
    outcome = chat.ask("社会保障卡补领要什么材料")
    chat.card.get_by_role("button", name="分享").click()
    shared = chat.page.evaluate("window.shared")
    assert shared["title"] == "社会保障卡补领"
    assert outcome.quote in shared["text"]
    chat.page.goto(shared["url"])
    expect(chat.card.last).to_contain_text("社会保障卡补领")
    assert "ask=" not in chat.page.url


def test_conversation_outlives_a_restart_of_the_edge(chat: ChatPage, stack: Stack) -> None:
    chat.ask("社会保障卡补领要什么材料")
    chat.watch.tolerated.append("ERR_CONNECTION_REFUSED")
    stack.end("edge", signal.SIGKILL)
    try:
        chat.send("在哪里办")
        expect(chat.last_turn).to_contain_text("12333")
    finally:
        stack.start("edge")
        stack.wait_ready()
    expect(chat.card).to_contain_text("办理地点")  # by itself
    expect(chat.said).to_have_text(["社会保障卡补领要什么材料", "在哪里办"])


def test_first_answer_of_a_page_takes_the_service_less_than_a_second(visit: Visit, stack: Stack) -> None:
    visit().ask("失业登记怎么办")  # the model's first turn at all is not a citizen's
    visit().ask("社会保障卡补领要什么材料")
    with sqlite3.connect(stack.folder / "build" / "journal.db") as connection:
        latency_ms = connection.execute("SELECT latency_ms FROM turns ORDER BY id DESC").fetchone()[0]
    connection.close()
    assert latency_ms < 1_000
