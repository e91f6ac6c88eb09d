"""A citizen's way through the page: ask, be asked back, read the guide's own words, ask on."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping

import pytest
from chat_page import ChatPage, Visit
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
FOLLOW_UPS = {  # the buttons below a card
    "materials": "申请材料",
    "process": "办理流程",
    "location": "办理地点",
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
    expect(chat.card.locator(".source")).to_have_text(f"原文摘自{guide.edition}，第 {guide.page} 页")


def test_page_greets_and_suggests_before_anything_is_asked(chat: ChatPage) -> None:
    expect(chat.page).to_have_title("社保指南助手")
    expect(chat.log).to_contain_text("想办什么事")
    assert len([one for one in chat.suggestions.all() if one.is_visible()]) >= 4
    expect(chat.send_button).to_be_disabled()
    expect(chat.said).to_have_count(0)


def test_every_suggestion_is_understood(visit: Visit) -> None:
    wide = visit(1280, 900)
    titles = wide.suggestions.all_inner_texts()
    assert len(titles) == len(set(titles)) == 12
    for title in titles:
        suggestion = wide.suggestions.get_by_text(title, exact=True)
        assert wide.press(suggestion).act in (Act.ANSWER, Act.CLARIFY), title
        expect(wide.said).to_have_text([title])
        wide.page.get_by_role("button", name="新对话").click()


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
    assert first_turn.query_selector("button:enabled") is None  # read now, an old choice would mean another thing
    assert first_turn.query_selector("button.chosen").inner_text() == option.title


def test_follow_up_stays_with_the_guide(chat: ChatPage, guides: Guides) -> None:
    first = chat.ask("社会保障卡补领要什么材料")
    assert (first.guide, first.section) == ("g77", "materials")
    assert_card_quotes(chat, first, guides)
    typed = chat.ask("在哪里办")
    assert (typed.guide, typed.section) == ("g77", "location")
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
    expect(chat.card.get_by_role("button", name="收起")).to_have_attribute("aria-expanded", "true")
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


def test_new_conversation_forgets(chat: ChatPage) -> None:
    before = chat.sender_of(lambda: chat.ask("社会保障卡补领要什么材料"))
    chat.page.get_by_role("button", name="新对话").click()
    expect(chat.said).to_have_count(0)
    expect(chat.log).to_contain_text("已开始新对话")
    expect(chat.suggestions.first).to_be_visible()
    after = chat.sender_of(lambda: chat.ask("在哪里办"))
    assert after != before
    expect(chat.card).to_have_count(0)  # nobody has said yet what is to be done


def test_conversation_goes_on_after_the_page_is_loaded_again(chat: ChatPage) -> None:
    chat.ask("社会保障卡补领要什么材料")
    chat.page.reload()
    expect(chat.said).to_have_count(0)
    outcome = chat.ask("在哪里办")
    assert (outcome.guide, outcome.section) == ("g77", "location")


def test_two_citizens_do_not_mix(visit: Visit) -> None:
    one, other = visit(), visit()
    one.ask("社会保障卡补领要什么材料")
    other.ask("工伤认定申请要什么材料")
    assert one.ask("在哪里办").guide == "g77"
    assert other.ask("在哪里办").guide == "g57"


def test_sender_cannot_be_guessed(visit: Visit) -> None:
    senders = {page.sender_of(lambda page=page: page.ask("你好")) for page in (visit(), visit())}
    assert len(senders) == 2
    assert all(re.fullmatch(r"web-[0-9a-f]{32}", sender) for sender in senders)


def test_conversation_outlives_a_restart_of_the_edge(chat: ChatPage, stack: Stack) -> None:
    chat.ask("社会保障卡补领要什么材料")
    chat.watch.tolerated.append("ERR_CONNECTION_REFUSED")
    stack.end("edge", signal.SIGKILL)
    try:
        chat.input.fill("在哪里办")
        chat.send_button.click()
        expect(chat.last_turn).to_contain_text("12333")
    finally:
        stack.start("edge")
        stack.wait_ready()
    again = chat.outcome_of(chat.last_turn.get_by_role("button", name="再发一次").click)
    assert (again.guide, again.section) == ("g77", "location")
