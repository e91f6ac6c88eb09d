"""What a citizen sees when something between the page and the answer is broken, slow or hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from chat_page import WEBHOOK, ChatPage, reply
from playwright.sync_api import Route, expect

from bot.outcome import Act, Option, Outcome, Source

pytestmark = pytest.mark.stack

FAILED = "Failed to load resource"  # what Chromium itself writes for every request that fails
MARKUP = '<img src="/nothing" onerror="document.title=\'taken\'"><b>粗</b><script>document.title="taken"</script>'


def answer_with(chat: ChatPage, handle: Callable[[Route], Any]) -> None:
    """From now on a test answers in the service's place."""
    chat.page.route(f"**{WEBHOOK}", handle)


def send(chat: ChatPage, text: str) -> None:
    chat.input.fill(text)
    chat.send_button.click()


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(lambda route: route.abort(), id="no connection"),
        pytest.param(lambda route: route.fulfill(status=503, body="<html>Bad Gateway"), id="503"),
        pytest.param(lambda route: route.fulfill(status=200, body="[]x"), id="not JSON"),
    ],
)
def test_question_that_cannot_be_sent_shows_the_hotline_and_can_be_sent_again(
    chat: ChatPage, fail: Callable[[Route], None]
) -> None:
    chat.watch.tolerated.append(FAILED)
    answer_with(chat, fail)
    send(chat, "社会保障卡补领要什么材料")
    chat.wait_done()
    expect(chat.last_turn).to_contain_text("没能发出去")
    assert chat.phone_links(chat.last_turn)["12333"] == "tel:12333"

    chat.page.unroute(f"**{WEBHOOK}")
    outcome = chat.outcome_of(chat.last_turn.get_by_role("button", name="再发一次").click)
    assert outcome.guide == "g77"
    expect(chat.card).to_be_visible()
    expect(chat.said).to_have_text(["社会保障卡补领要什么材料"])


def test_answer_that_the_service_could_not_find_keeps_the_choices_open(chat: ChatPage) -> None:
    chat.ask("社会保障卡补领要什么材料")
    choices = chat.choices.count()
    said = "很抱歉，系统出了点问题，请拨打人社服务热线 12333。"
    answer_with(chat, lambda route: route.fulfill(json=reply(said, Outcome(Act.ERROR))))
    send(chat, "在哪里办")
    chat.wait_done()
    expect(chat.last_turn).to_contain_text(said)
    assert chat.phone_links(chat.last_turn) == {"12333": "tel:12333"}
    expect(chat.log.locator(".options button:enabled")).to_have_count(choices)


def test_refusal_is_shown_in_the_words_of_the_service(chat: ChatPage) -> None:
    chat.watch.tolerated.append(FAILED)
    error = {"error": {"code": "too_many", "message": "您发得太快了。", "remedy": "请稍等，或拨打热线 12333。"}}
    answer_with(chat, lambda route: route.fulfill(status=429, json=error))
    send(chat, "你好")
    chat.wait_done()
    expect(chat.last_turn).to_contain_text("您发得太快了。请稍等，或拨打热线 12333。")


def test_slow_answer_is_waited_for_and_sent_once(chat: ChatPage) -> None:
    held: list[Route] = []
    chat.page.clock.install()
    answer_with(chat, lambda route: held.append(route))
    send(chat, "你好")
    expect(chat.log).to_have_attribute("aria-busy", "true")
    expect(chat.last_turn.locator(".typing")).to_be_visible()
    chat.page.clock.fast_forward(5_000)
    expect(chat.last_turn).to_contain_text("还在查，请再等一下")
    chat.input.fill("还在吗")
    expect(chat.send_button).to_be_disabled()
    chat.input.press("Enter")
    held[0].fulfill(json=reply("您好！", Outcome(Act.CHITCHAT)))
    chat.wait_done()
    expect(chat.last_turn.locator(".typing")).to_have_count(0)
    expect(chat.said).to_have_text(["你好"])
    expect(chat.input).to_have_value("还在吗")
    expect(chat.send_button).to_be_enabled()
    assert len(held) == 1


def test_answer_to_a_conversation_that_was_left_is_not_shown(chat: ChatPage) -> None:
    held: list[Route] = []
    answer_with(chat, lambda route: held.append(route))
    send(chat, "社会保障卡补领要什么材料")
    expect(chat.said).to_have_count(1)
    chat.page.get_by_role("button", name="新对话").click()
    expect(chat.said).to_have_count(0)
    with chat.page.expect_response(f"**{WEBHOOK}"):
        held[0].fulfill(json=reply("迟到的回答", Outcome(Act.CHITCHAT)))
    send(chat, "你好")
    expect(chat.said).to_have_text(["你好"])
    expect(chat.log).not_to_contain_text("迟到的回答")


def test_markup_that_is_typed_is_shown_as_text(chat: ChatPage) -> None:
    chat.ask(MARKUP)
    expect(chat.said).to_have_text([MARKUP])
    assert_nothing_taken(chat)


def test_markup_in_a_reply_is_shown_as_text(chat: ChatPage) -> None:
    source = Source(MARKUP, 1, MARKUP)
    outcome = Outcome(
        Act.ANSWER, "g77", MARKUP, options=(Option(MARKUP, MARKUP),), quote=MARKUP, source=source, note=MARKUP
    )
    answer_with(chat, lambda route: route.fulfill(json=reply(MARKUP * 2, outcome)))
    send(chat, "你好")
    chat.wait_done()
    expect(chat.card.get_by_role("heading")).to_have_text(MARKUP)
    assert chat.quote.text_content() == MARKUP
    expect(chat.choices).to_have_text([MARKUP])
    assert_nothing_taken(chat)


def assert_nothing_taken(chat: ChatPage) -> None:
    """No tag came to life and no script ran."""
    expect(chat.page).to_have_title("社保指南助手")
    expect(chat.log.locator("img, script")).to_have_count(0)
    expect(chat.log.locator("b").filter(has_text="粗")).to_have_count(0)


def test_script_that_slips_into_the_page_does_not_run_and_is_noticed(chat: ChatPage) -> None:
    chat.watch.tolerated += ["CSP:", "Content Security Policy"]
    with chat.page.expect_console_message(lambda message: message.text.startswith("CSP:")):
        chat.page.evaluate(
            "code => document.body.append(Object.assign(document.createElement('script'), { textContent: code }))",
            "document.title = 'taken'",
        )
    expect(chat.page).to_have_title("社保指南助手")
    assert any(error.startswith("error: CSP: script-src") for error in chat.watch.errors), json.dumps(chat.watch.errors)


def test_numbers_show_even_where_the_script_does_not_run(chat: ChatPage) -> None:
    chat.page.route("**/static/chat.js", lambda route: route.abort())
    chat.watch.tolerated.append(FAILED)
    chat.page.reload()
    links = chat.page.get_by_role("contentinfo").get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == [
        "tel:12333",
        "tel:0631-5198106",
        "tel:0631-5198107",
    ]
