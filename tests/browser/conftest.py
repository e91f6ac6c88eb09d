"""A citizen's browser on the real page of the real service; whatever it complains of fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chat_page import TURN_MS, ChatPage, Visit, Watch
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from stack import Stack

from scripts.screenshot import PHONE, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module: while Playwright runs, no test of another folder could run an event loop."""
    with sync_playwright() as playwright, chromium(playwright) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Visit]:
    """Opens the page as somebody who has never been here; several at once are fine. `before` is a script of the test's
    that runs before the page's own; further options are the browser context's."""
    opened: list[tuple[BrowserContext, Watch]] = []
    expect.set_options(timeout=TURN_MS)

    def open_page(
        width: int = PHONE["width"],
        height: int = PHONE["height"],
        touch: bool = False,
        query: str = "",
        before: str = "",
        **options: Any,
    ) -> ChatPage:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            reduced_motion="reduce",  # so that nothing moves while a test looks at it
            has_touch=touch,
            is_mobile=touch,
            **options,
        )
        context.set_default_timeout(TURN_MS)
        watch = Watch(stack.url)
        opened.append((context, watch))
        page = context.new_page()
        watch.attach(page)
        if before:
            page.add_init_script(before)
        return ChatPage(page, stack.url, watch).open(query)

    yield open_page
    for context, _watch in opened:
        context.close()
    assert [complaint for _context, watch in opened for complaint in watch.complaints] == []


@pytest.fixture
def chat(visit: Visit) -> ChatPage:
    """The page on a phone."""
    return visit()
