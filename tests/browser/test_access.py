"""axe-core finds nothing wrong in any state of the page, by day and by night, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from chat_page import MESSAGES, ChatPage, Visit, answer
from playwright.sync_api import expect
from test_cards import CHECKLIST

from bot.edge.bundle import WIDGET_DIR
from bot.outcome import Act, Outcome

pytestmark = pytest.mark.stack

AXE = WIDGET_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async (rules) => (await axe.run(document, { runOnly: rules })).violations.map(({ id, nodes }) =>
    [id, nodes.map(({ target, failureSummary }) => [target.flat().at(-1), failureSummary])])"""
FAILED = "Failed to load resource"


def violations(chat: ChatPage) -> list[Any]:
    """What axe-core complains of now. It is no part of the page: its policy is stepped around for it alone."""
    found: list[Any] = chat.page.evaluate(FOUND, RULES)
    return found


@pytest.mark.parametrize(
    ("width", "touch", "scheme", "contrast"),
    [
        pytest.param(390, True, "light", False, id="phone, light"),
        pytest.param(390, True, "dark", False, id="phone, dark"),
        pytest.param(1280, False, "light", False, id="desk, light"),
        pytest.param(1280, False, "dark", False, id="desk, dark"),
        pytest.param(390, True, "light", True, id="high contrast"),  # whose colours are the same everywhere
    ],
)
def test_axe_finds_nothing_in_any_state(visit: Visit, width: int, touch: bool, scheme: str, contrast: bool) -> None:
    chat = visit(width, 844, touch, color_scheme=scheme, bypass_csp=True)
    chat.watch.tolerated.append(FAILED)
    chat.page.add_script_tag(path=AXE)
    if contrast:
        chat.page.get_by_role("button", name="高对比").click()
    expect(chat.suggestions.first).to_be_visible()
    found = {"opening": violations(chat)}
    chat.input.fill("社会保障卡")
    expect(chat.page.get_by_role("option").first).to_be_visible()
    chat.page.keyboard.press("ArrowDown")
    found["typing"] = violations(chat)
    chat.ask("社保登记怎么办")
    found["choices"] = violations(chat)
    chat.ask("社会保障卡补领办理流程是什么")
    chat.card.get_by_role("button", name="没帮上").click()
    found["answer"] = violations(chat)
    chat.page.route(MESSAGES, lambda route: answer(route, "清单", Outcome(Act.CHITCHAT), card=CHECKLIST))
    chat.send("清单")
    chat.wait_done()
    chat.last_turn.get_by_role("button", name="扫码带走").click()
    chat.page.get_by_role("button", name="清除").click()
    found["checklist"] = violations(chat)
    chat.page.unroute(MESSAGES)
    chat.page.route(MESSAGES, lambda route: route.abort())
    chat.input.fill("我的身份证370102199003071234")
    chat.input.press("Enter")
    found["private"] = violations(chat)
    chat.page.get_by_role("button", name="仍然发送").click()
    expect(chat.last_turn).to_contain_text("没能发出去")
    found["trouble"] = violations(chat)
    assert {state: one for state, one in found.items() if one} == {}
