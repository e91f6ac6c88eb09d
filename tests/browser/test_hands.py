"""The page under different hands and eyes: keyboard, thumbs, narrow and wide windows, large letters."""

from __future__ import annotations

import pytest
from chat_page import MESSAGES, ChatPage, Visit, answer
from playwright.sync_api import Route, expect

from bot.outcome import Act, Outcome

pytestmark = pytest.mark.stack

THUMB_PX = 44  # the least a finger hits surely


@pytest.fixture
def sent(chat: ChatPage) -> list[str]:
    """What the page has sent; a test answers, so that only the page is looked at."""
    messages: list[str] = []

    def take(route: Route) -> None:
        messages.append(route.request.post_data_json["text"])
        answer(route, "您好！", Outcome(Act.CHITCHAT))

    chat.page.route(MESSAGES, take)
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
    expect(chat.page.get_by_role("button", name="跳到输入框")).to_be_focused()
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


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_nothing_has_to_be_scrolled_sideways(visit: Visit, large: bool) -> None:
    chat = visit(320, 640)
    if large:
        chat.page.get_by_role("button", name="大字").click()
    assert_fits_everywhere(chat)
    assert chat.ask("社保登记怎么办").act is Act.CLARIFY
    assert_fits_everywhere(chat)
    assert chat.ask("居民养老保险待遇享受资格认证怎么办").act is Act.ANSWER  # the longest of the book
    chat.card.get_by_role("button", name="展开全文").click()
    chat.card.get_by_role("button", name="没帮上").click()
    assert_fits_everywhere(chat)


def assert_fits_everywhere(chat: ChatPage) -> None:
    """Neither the page nor anything in it is wider than the window, on a small phone as on a desk."""
    for width in (320, 360, 390, 768, 1280):
        chat.page.set_viewport_size({"width": width, "height": 640})
        wider = chat.page.evaluate(
            """() => [document.documentElement, document.body,
                    ...document.querySelector("guide-assistant").shadowRoot.querySelectorAll("*")]
                .filter((one) => !one.closest(".unseen, .skip") && one.getClientRects().length)
                .filter((one) => {
                    const { left, right } = one.getBoundingClientRect();
                    const hides = getComputedStyle(one).overflowX !== "visible";
                    const scrolls = one.scrollWidth > one.clientWidth + 1 && hides;
                    return left < -0.5 || right > innerWidth + 0.5 || scrolls;
                })
                .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth}>${one.clientWidth}`)"""
        )
        assert (width, wider) == (width, [])


def test_what_is_tapped_is_large_enough_for_a_thumb(visit: Visit) -> None:
    chat = visit(320, 640)
    chat.input.fill("社会保障卡")
    expect(chat.page.get_by_role("option").first).to_be_visible()
    assert too_small(chat) == []
    chat.ask("社保登记怎么办")
    assert too_small(chat) == []
    chat.ask("社会保障卡补领办理流程是什么")
    chat.card.get_by_role("button", name="没帮上").click()
    assert too_small(chat) == []


def too_small(chat: ChatPage) -> list[str]:
    """What can be tapped and is smaller than a thumb; numbers within a sentence are as high as its lines."""
    targets = chat.widget.locator("button, .phones a, label:has(input), [role=option], .send")
    boxes = [(one.inner_text(), one.bounding_box()) for one in targets.all() if one.is_visible()]
    assert len(boxes) > 8
    return [text for text, box in boxes if box is None or min(box["width"], box["height"]) < THUMB_PX]


def test_large_letters_and_high_contrast_are_remembered(chat: ChatPage) -> None:
    style = """() => { const { fontSize, backgroundColor } = getComputedStyle(
        document.querySelector("guide-assistant").shadowRoot.querySelector(".shell"));
        return [parseFloat(fontSize), backgroundColor]; }"""
    size, ground = chat.page.evaluate(style)
    for name in ("大字", "高对比"):
        chat.page.get_by_role("button", name=name).click()
    chat.page.reload()
    for name in ("大字", "高对比"):
        expect(chat.page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    larger, black = chat.page.evaluate(style)
    assert larger > 1.2 * size
    assert (ground, black) != (black, ground)
    assert black == "rgb(0, 0, 0)"


def test_page_follows_a_dark_device(visit: Visit) -> None:
    chat = visit()
    ground = """() => getComputedStyle(document.querySelector("guide-assistant").shadowRoot.querySelector(".shell"))
        .backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"""
    light = sum(chat.page.evaluate(ground))
    chat.page.emulate_media(color_scheme="dark")
    assert sum(chat.page.evaluate(ground)) < light / 3


def test_new_words_are_read_out_and_old_ones_are_not(chat: ChatPage) -> None:
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.ask("你好")
    expect(chat.last_turn).to_have_attribute("aria-label", "您问：你好")
    live = "() => document.querySelector('guide-assistant').shadowRoot.querySelector('[role=log]')?.ariaLive"
    chat.page.route("**/api/session/history", lambda route: None)  # never answered
    chat.page.reload(wait_until="domcontentloaded")
    expect(chat.log).to_have_attribute("aria-busy", "true")
    assert chat.page.evaluate(live) == "off"


def test_focus_stays_on_the_choice_that_was_taken(visit: Visit) -> None:
    chat = visit(touch=True)
    chat.ask("社保登记怎么办")
    choice = chat.choices.first
    title = choice.inner_text()
    choice.focus()
    chat.outcome_of(lambda: chat.page.keyboard.press("Enter"))
    expect(chat.log.get_by_role("button", name=title, exact=True).first).to_be_focused()


def test_matters_are_offered_while_typing_and_taken_by_keys_or_a_tap(chat: ChatPage, sent: list[str]) -> None:
    options = chat.page.get_by_role("option")
    chat.input.fill("补办社保卡")  # what people say for 社会保障卡补领
    expect(options.first).to_have_text("社会保障卡补领")
    expect(chat.page.get_by_text("个相近的事项")).to_be_attached()
    chat.page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(chat.input).to_have_attribute("aria-activedescendant", "matter-0")
    chat.page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(chat.input).to_have_value("补办社保卡")
    chat.input.fill("社会保障卡换")
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("Enter")
    chat.wait_done()
    chat.input.fill("社会保障卡补")
    options.first.click()
    chat.wait_done()
    assert sent == ["社会保障卡换领", "社会保障卡补领"]
    expect(chat.input).to_have_value("")


@pytest.mark.parametrize("typed", ["社", "公积金提取", "社会保障卡\n补领"])
def test_nothing_is_offered_for_what_is_too_short_or_no_matter(chat: ChatPage, typed: str) -> None:
    chat.input.fill("社会保障卡补领")
    expect(chat.page.get_by_role("option").first).to_be_visible()
    chat.input.fill(typed)
    expect(chat.page.get_by_role("option")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "kind", "without"),
    [
        ("我的身份证370102199003071234能办吗", "身份证号", "我的身份证【身份证号】能办吗"),
        ("打１３８ 0013 8000找我", "手机号", "打【手机号】找我"),
        ("卡号6222 0212 3456 7890 123", "银行卡号", "卡号【银行卡号】"),
    ],
)
def test_a_personal_number_is_noticed_before_it_is_sent(
    chat: ChatPage, sent: list[str], typed: str, kind: str, without: str
) -> None:
    chat.input.fill(typed)
    chat.input.press("Enter")
    expect(chat.page.get_by_role("alert").filter(has_text=kind)).to_be_visible()
    assert sent == []
    chat.page.get_by_role("button", name="去掉号码再发").click()
    chat.wait_done()
    assert sent == [without]
    chat.input.fill(typed)
    chat.input.press("Enter")
    chat.page.get_by_role("button", name="仍然发送").click()
    chat.wait_done()
    assert sent == [without, typed]


def test_a_telephone_number_of_the_guide_is_no_personal_number(chat: ChatPage, sent: list[str]) -> None:
    chat.input.fill("0631-5198106是哪里的电话，2021年12月31日以后呢")
    chat.input.press("Enter")
    chat.wait_done()
    assert len(sent) == 1


def test_labels_are_english_where_the_page_is(visit: Visit) -> None:
    page = visit().page
    page.goto(f"{page.url}?lang=en")
    expect(page.get_by_label("Your question")).to_be_visible()
    for name in ("Large text", "High contrast", "Clear", "Send"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    page.get_by_label("Your question").fill("社会保障卡补领要什么材料")
    page.get_by_role("button", name="Send").click()
    card = page.get_by_role("article")
    expect(card.locator(".card-section")).to_have_text("Documents")
    expect(card.locator("blockquote")).to_have_attribute("lang", "zh-CN")
    expect(card.get_by_role("button", name="Helpful", exact=True)).to_be_visible()


FAKE_VOICE = """
window.spoken = [];
class Utterance { constructor(text) { this.text = text; } }
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
Object.defineProperty(window, "speechSynthesis", { value: {
  speak(one) { window.spoken.push(one); }, cancel() { window.spoken.at(-1)?.onend?.(); },
} });
window.SpeechRecognition = class {
  start() { setTimeout(() => { this.onresult({ results: [[{ transcript: "社保卡丢了" }]] }); this.onend(); }); }
};
"""
NO_VOICE = """
for (const name of ["speechSynthesis", "SpeechSynthesisUtterance", "SpeechRecognition", "webkitSpeechRecognition"]) {
  delete window[name];
}
"""


def test_an_answer_can_be_read_aloud_and_a_question_spoken(visit: Visit) -> None:
    chat = visit(before=FAKE_VOICE)
    chat.page.get_by_role("button", name="说话输入").click()
    expect(chat.input).to_have_value("社保卡丢了")
    outcome = chat.ask("社会保障卡补领要什么材料")
    chat.card.get_by_role("button", name="朗读").click()
    spoken = chat.page.evaluate("window.spoken.map(({ text, lang }) => [text, lang])")
    assert len(spoken) == 1
    assert outcome.quote in spoken[0][0]
    assert spoken[0][1] == "zh-CN"
    chat.card.get_by_role("button", name="停止朗读").click()
    expect(chat.card.get_by_role("button", name="朗读", exact=True)).to_be_visible()


def test_voice_is_hidden_where_the_browser_has_none(visit: Visit) -> None:
    chat = visit(before=NO_VOICE)
    chat.ask("社会保障卡补领要什么材料")
    expect(chat.card.get_by_role("button", name="复制")).to_be_visible()
    for name in ("朗读", "说话输入", "分享"):
        expect(chat.page.get_by_role("button", name=name)).to_have_count(0)
