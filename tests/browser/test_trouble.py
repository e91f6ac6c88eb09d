"""What a citizen sees when something between the page and the answer is broken, slow or hostile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from chat_page import HISTORY, MESSAGES, ChatPage, Visit, answer
from playwright.sync_api import Route, expect

from bot.outcome import Act, Option, Outcome, Source

pytestmark = pytest.mark.stack

FAILED = "Failed to load resource"  # what Chromium itself writes for every request that fails
MARKUP = '<img src="/nothing" onerror="document.title=\'taken\'"><b>粗</b><script>document.title="taken"</script>'
HELLO = Outcome(Act.CHITCHAT)


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(lambda route: route.abort(), id="no connection"),
        pytest.param(lambda route: route.fulfill(status=503, body="<html>Bad Gateway"), id="503"),
        pytest.param(lambda route: route.fulfill(status=200, body="[]x"), id="not JSON"),
    ],
)
def test_question_that_cannot_be_sent_shows_the_hotline_and_is_sent_again(
    chat: ChatPage, fail: Callable[[Route], None]
) -> None:
    chat.watch.tolerated.append(FAILED)
    chat.page.route(MESSAGES, fail)
    chat.send("社会保障卡补领要什么材料")
    expect(chat.last_turn).to_contain_text("没能发出去")
    assert chat.phone_links(chat.last_turn)["12333"] == "tel:12333"
    chat.page.unroute(MESSAGES)
    chat.last_turn.get_by_role("button", name="再发一次").click()
    expect(chat.card).to_contain_text("社会保障卡补领")
    expect(chat.said).to_have_text(["社会保障卡补领要什么材料"])


def test_a_retry_after_a_lost_reply_is_not_taken_twice(chat: ChatPage) -> None:
    """The service gets the message, the reply is lost on its way: the worst that a network does."""
    chat.watch.tolerated.append(FAILED)
    lost: list[str] = []

    def lose_the_reply(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(str(route.fetch().json()["id"]))
            route.abort()

    chat.page.route(MESSAGES, lose_the_reply)
    with chat.page.expect_response(MESSAGES) as caught:
        chat.send("社会保障卡补领要什么材料")
    chat.wait_done()
    assert caught.value.json()["id"] == lost[0]
    expect(chat.card).to_be_visible()
    headers = {"Authorization": caught.value.request.headers["authorization"]}
    history = chat.page.request.get(f"{chat.url}/api/session/history", headers=headers).json()["exchanges"]
    assert [one["said"] for one in history] == ["社会保障卡补领要什么材料"]


def test_what_is_said_without_a_network_waits_and_is_sent_once_in_order(chat: ChatPage) -> None:
    chat.watch.tolerated.append("ERR_INTERNET_DISCONNECTED")
    chat.ask("你好")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("现在没有网络")).to_be_visible()
    chat.send("社会保障卡补领要什么材料")
    chat.send("在哪里办")
    expect(chat.said).to_have_count(3)
    sent: list[str] = []
    chat.page.on("request", lambda one: sent.append(one.post_data_json["text"]) if "/api/messages" in one.url else None)
    chat.page.context.set_offline(False)
    expect(chat.turns.nth(1).locator(".card-section")).to_have_text("申请材料")
    expect(chat.turns.nth(2).locator(".card-section")).to_have_text("办理地点")
    assert sent == ["社会保障卡补领要什么材料", "在哪里办"]
    expect(chat.said).to_have_text(["你好", "社会保障卡补领要什么材料", "在哪里办"])


def test_what_was_not_sent_is_sent_after_the_page_is_loaded_again(chat: ChatPage) -> None:
    chat.watch.tolerated.append(FAILED)
    chat.page.route(MESSAGES, lambda route: route.abort())
    chat.send("社会保障卡补领要什么材料")
    expect(chat.last_turn).to_contain_text("没能发出去")
    chat.page.unroute(MESSAGES)
    chat.page.reload()
    expect(chat.card).to_contain_text("社会保障卡补领")
    expect(chat.said).to_have_text(["社会保障卡补领要什么材料"])


def test_the_page_opens_without_a_network_once_it_was_open(chat: ChatPage) -> None:
    chat.watch.tolerated += ["ERR_INTERNET_DISCONNECTED", FAILED]
    chat.page.evaluate("navigator.serviceWorker.ready")
    chat.page.context.set_offline(True)
    chat.page.reload()
    expect(chat.page.get_by_text("现在没有网络")).to_be_visible()
    chat.send("社会保障卡补领要什么材料")
    expect(chat.last_turn).to_contain_text("还没发出去")
    chat.page.context.set_offline(False)
    expect(chat.card).to_contain_text("社会保障卡补领")


def test_an_answer_never_lands_under_a_later_question(chat: ChatPage) -> None:
    held: list[Route] = []
    chat.page.route(MESSAGES, lambda route: held.append(route))
    chat.send("第一问")
    chat.send("第二问")
    expect(chat.turns.nth(1)).to_contain_text("排队中")
    assert [route.request.post_data_json["text"] for route in held] == ["第一问"]
    with chat.page.expect_request(MESSAGES):
        answer(held[0], "第一答", HELLO)
    expect(chat.turns.nth(0)).to_contain_text("第一答")
    expect(chat.turns.nth(1)).not_to_contain_text("第一答")
    answer(held[1], "第二答", HELLO)
    expect(chat.turns.nth(1)).to_contain_text("第二答")


def test_answer_that_the_service_could_not_find_can_be_asked_for_again(chat: ChatPage) -> None:
    said = "很抱歉，系统出了点问题，请拨打人社服务热线 12333。"
    chat.page.route(MESSAGES, lambda route: answer(route, said, Outcome(Act.ERROR)))
    chat.send("在哪里办")
    chat.wait_done()
    expect(chat.last_turn).to_contain_text(said)
    assert chat.phone_links(chat.last_turn) == {"12333": "tel:12333"}
    chat.page.unroute(MESSAGES)
    assert chat.outcome_of(chat.last_turn.get_by_role("button", name="再发一次").click).act is not Act.ERROR
    expect(chat.said).to_have_text(["在哪里办", "在哪里办"])


def test_refusal_is_shown_in_the_words_of_the_service_and_sent_later(chat: ChatPage) -> None:
    chat.watch.tolerated.append(FAILED)
    error = {"error": {"code": "too_many", "message": "您发得太快了。", "remedy": "请稍等，或拨打热线 12333。"}}
    chat.page.route(MESSAGES, lambda route: route.fulfill(status=429, json=error, headers={"Retry-After": "2"}))
    chat.send("你好")
    expect(chat.last_turn).to_contain_text("您发得太快了。请稍等，或拨打热线 12333。")
    chat.page.unroute(MESSAGES)
    expect(chat.last_turn.locator(".act-chitchat")).to_be_visible()


def test_slow_answer_is_waited_for_and_sent_once(chat: ChatPage) -> None:
    held: list[Route] = []
    chat.page.clock.install()
    chat.page.route(MESSAGES, lambda route: held.append(route))
    chat.send("你好")
    expect(chat.log).to_have_attribute("aria-busy", "true")
    expect(chat.last_turn.locator(".typing")).to_be_visible()
    chat.page.clock.fast_forward(5_000)
    expect(chat.last_turn).to_contain_text("还在查，请再等一下")
    answer(held[0], "您好！", HELLO)
    chat.wait_done()
    expect(chat.last_turn.locator(".typing")).to_have_count(0)
    assert len(held) == 1


def test_answer_to_a_conversation_that_was_cleared_is_not_shown(chat: ChatPage) -> None:
    held: list[Route] = []
    chat.page.route(MESSAGES, lambda route: held.append(route))
    chat.send("社会保障卡补领要什么材料")
    expect(chat.said).to_have_count(1)
    chat.page.get_by_role("button", name="清除").click()
    chat.page.get_by_role("button", name="确定清除").click()
    expect(chat.said).to_have_count(0)
    answer(held[0], "迟到的回答", HELLO)
    chat.page.unroute(MESSAGES)
    chat.ask("你好")
    expect(chat.said).to_have_text(["你好"])
    expect(chat.log).not_to_contain_text("迟到的回答")


def test_what_could_not_be_cleared_is_not_said_to_be(chat: ChatPage) -> None:
    chat.watch.tolerated.append(FAILED)
    chat.ask("你好")
    chat.page.route(HISTORY, lambda route: route.abort())
    chat.page.get_by_role("button", name="清除").click()
    chat.page.get_by_role("button", name="确定清除").click()
    expect(chat.log).to_contain_text("没能清除")
    expect(chat.said).to_have_text(["你好"])


def test_markup_that_is_typed_is_shown_as_text(chat: ChatPage) -> None:
    chat.ask(MARKUP)
    expect(chat.said).to_have_text([MARKUP])
    assert_nothing_taken(chat)


def test_markup_in_a_reply_is_shown_as_text(chat: ChatPage) -> None:
    source = Source(MARKUP, 1, MARKUP)
    outcome = Outcome(
        Act.ANSWER, "g77", MARKUP, options=(Option(MARKUP, MARKUP),), quote=MARKUP, source=source, note=MARKUP
    )
    card = {
        "kind": "place",
        "title": MARKUP,
        "places": [{"text": MARKUP, "address": MARKUP, "map": f"javascript:{MARKUP}"}],
        "phones": [{"label": MARKUP, "number": MARKUP}],
    }
    chat.page.route(MESSAGES, lambda route: answer(route, MARKUP * 2, outcome, card=card))
    chat.send("你好")
    chat.wait_done()
    expect(chat.card.get_by_role("heading", level=2)).to_have_text(MARKUP)
    assert chat.quote.text_content() == MARKUP
    expect(chat.choices).to_have_text([MARKUP])
    expect(chat.last_turn.get_by_role("link", name="看地图")).to_have_count(0)
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


def test_a_changed_script_is_not_run_and_the_numbers_show_all_the_same(visit: Visit) -> None:
    chat = visit()
    chat.watch.tolerated.append("integrity")
    script = chat.page.locator("script[integrity]").get_attribute("src")
    text = chat.page.request.get(f"{chat.url}{script}").text()
    chat.page.route(f"**{script}", lambda route: route.fulfill(body=f"{text};", content_type="text/javascript"))
    chat.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.unregister())")
    chat.page.reload()
    links = chat.page.get_by_role("main").get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == ["tel:12333", "tel:0631-5198106", "tel:0631-5198107"]


def test_a_browser_that_cannot_construct_style_sheets_shows_the_same(visit: Visit) -> None:
    chat = visit(before="delete CSSStyleSheet.prototype.replace;")
    expect(chat.page.locator("guide-assistant style")).to_have_count(1)
    expect(chat.send_button).to_have_css("font-weight", "600")


def test_a_notice_of_the_operator_is_shown_until_it_is_read(chat: ChatPage) -> None:
    opening = chat.page.request.get(f"{chat.url}/api/opening").json()
    chat.page.route("**/api/opening", lambda route: route.fulfill(json={**opening, "notice": "周五下午系统维护。"}))
    chat.page.reload()
    notice = chat.page.get_by_role("complementary", name="通知")
    expect(notice).to_contain_text("周五下午系统维护。")
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    chat.page.reload()
    expect(chat.suggestions.first).to_be_visible()
    expect(notice).to_have_count(0)
