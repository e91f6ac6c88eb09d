"""The page under different hands and eyes: keyboard, thumbs, narrow and wide windows, large letters."""

from __future__ import annotations

import pytest
from chat_page import WEBHOOK, ChatPage, Visit, reply
from playwright.sync_api import Route, expect

from bot.outcome import Act, Outcome

pytestmark = pytest.mark.stack

THUMB_PX = 44  # the least a finger hits surely


@pytest.fixture
def sent(chat: ChatPage) -> list[str]:
    """What the page has sent; a test answers, so that only the page is looked at."""
    messages: list[str] = []

    def answer(route: Route) -> None:
        messages.append(route.request.post_data_json["message"])
        route.fulfill(json=reply("您好！", Outcome(Act.CHITCHAT)))

    chat.page.route(f"**{WEBHOOK}", answer)
    return messages


def test_enter_sends_and_empties_the_field(chat: ChatPage, sent: list[str]) -> None:
    chat.input.fill("  你好  ")
    chat.input.press("Enter")
    expect(chat.said).to_have_text(["你好"])
    expect(chat.input).to_have_value("")
    chat.wait_done()
    assert sent == ["你好"]


def test_shift_and_enter_begin_a_line(chat: ChatPage, sent: list[str]) -> None:
    chat.input.fill("你好")
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("请问")
    expect(chat.input).to_have_value("你好\n请问")
    chat.input.press("Enter")
    chat.wait_done()
    assert sent == ["你好\n请问"]


def test_enter_that_chooses_a_word_sends_nothing(chat: ChatPage, sent: list[str]) -> None:
    chat.input.fill("shebao")
    chat.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    chat.input.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    chat.input.fill("社保")
    chat.input.press("Enter")
    chat.wait_done()
    assert sent == ["社保"]


def test_nothing_but_spaces_is_not_sent(chat: ChatPage, sent: list[str]) -> None:
    chat.input.fill(" \n ")
    expect(chat.send_button).to_be_disabled()
    chat.input.press("Enter")
    chat.input.fill("你好")
    chat.input.press("Enter")
    chat.wait_done()
    assert sent == ["你好"]


def test_one_can_type_at_once_but_no_keyboard_covers_a_phone(visit: Visit) -> None:
    expect(visit(1280, 900).input).to_be_focused()
    expect(visit(touch=True).input).not_to_be_focused()


def test_page_can_be_used_by_keyboard_alone(visit: Visit) -> None:
    chat = visit(touch=True)
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("link", name="跳到输入框")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    chat.page.keyboard.type("社保登记怎么办")
    assert chat.outcome_of(lambda: chat.page.keyboard.press("Enter")).act is Act.CLARIFY
    chat.choices.first.focus()
    assert chat.outcome_of(lambda: chat.page.keyboard.press("Enter")).act is Act.ANSWER


def test_field_says_how_much_is_left_and_takes_no_more(chat: ChatPage) -> None:
    longest = int(chat.input.get_attribute("maxlength") or 0)
    assert longest == 500
    hint = chat.page.locator("#hint")
    chat.input.fill("问" * (longest - 61))
    expect(hint).not_to_contain_text("还可以输入")
    chat.input.press_sequentially("问" * 3)
    expect(hint).to_contain_text("还可以输入 58 个字")


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_nothing_has_to_be_scrolled_sideways(visit: Visit, width: int, large: bool) -> None:
    chat = visit(width, 640)
    if large:
        chat.page.get_by_role("button", name="大字").click()
    assert_fits(chat)
    assert chat.ask("社保登记怎么办").act is Act.CLARIFY
    assert_fits(chat)
    assert chat.ask("居民养老保险待遇享受资格认证怎么办").act is Act.ANSWER  # the longest of the book
    chat.card.get_by_role("button", name="展开全文").click()
    assert_fits(chat)


def assert_fits(chat: ChatPage) -> None:
    """Neither the page nor anything in it is wider than the window."""
    wider = chat.page.evaluate(
        """() => [...document.querySelectorAll("html, body, body *")]
            .filter((one) => !one.closest(".unseen, .skip") && one.getClientRects().length)
            .filter((one) => {
                const { left, right } = one.getBoundingClientRect();
                const scrolls = one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible";
                return left < -0.5 || right > innerWidth + 0.5 || scrolls;
            })
            .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth}>${one.clientWidth}`)"""
    )
    assert wider == []


def test_what_is_tapped_is_large_enough_for_a_thumb(visit: Visit) -> None:
    chat = visit(320, 640)
    small = [too_small(chat, ".starters button, .tools button, .phones a")]
    chat.ask("社保登记怎么办")
    small.append(too_small(chat, ".options button, #send"))
    assert small == [[], []]


def too_small(chat: ChatPage, selector: str) -> list[str]:
    boxes = {one.inner_text(): one.bounding_box() for one in chat.page.locator(selector).all() if one.is_visible()}
    assert boxes
    return [text for text, box in boxes.items() if box is None or min(box["width"], box["height"]) < THUMB_PX]


def test_large_letters_are_remembered(chat: ChatPage) -> None:
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    normal = chat.page.evaluate(size)
    switch = chat.page.get_by_role("button", name="大字")
    switch.click()
    assert chat.page.evaluate(size) > 1.2 * normal
    chat.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert chat.page.evaluate(size) > 1.2 * normal


def test_page_follows_a_dark_device(visit: Visit) -> None:
    chat = visit()
    ground = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    light = sum(chat.page.evaluate(ground))
    chat.page.emulate_media(color_scheme="dark")
    assert sum(chat.page.evaluate(ground)) < light / 3


def test_new_words_are_read_out(chat: ChatPage) -> None:
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.page.get_by_role("status")).to_have_text("")
    chat.ask("你好")
    expect(chat.last_turn).to_have_attribute("aria-label", "您问：你好")
