"""Takes the pictures of the README: a real conversation with the running service, as phones and a desktop show it.

.venv/bin/python scripts/screenshot.py [--url http://127.0.0.1:8000] [--folder docs/images]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
SCALE = 1.5  # sharp at the 300 pixels that the README gives a picture, and small
QUESTION = "参保登记减员要什么材料"
CHOICE = "企业"
WAYS = "社会保障卡补领办理流程是什么"
FOLLOW_UP = "工伤认定在哪里办"
SHOW = "turn => turn.closest('.stage').scrollTo({ top: turn.offsetTop + 8 })"
PATIENCE_MS = 30_000
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium without a window. FileNotFoundError, with what to do, where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("没有找到 chromium，请先运行 scripts/browser.sh")
    browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
    try:
        yield browser
    finally:
        browser.close()


def take(url: str, folder: Path) -> list[Path]:
    """Write page.png (asked back, then the card), large.png and dark.png of a phone, and desktop.png."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [folder / f"{name}.png" for name in ("page", "large", "dark", "desktop")]
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = open_page(browser, url)
        send(page, QUESTION)
        page.locator(".option").filter(has_text=CHOICE).first.click(timeout=PATIENCE_MS)
        wait_for_card(page, 1)
        page.locator("guide-turn").first.evaluate(SHOW)
        page.screenshot(path=pictures[0], animations="disabled")
        page = open_page(browser, url)
        page.get_by_role("button", name="大字").click()
        one_answer(page, WAYS, pictures[1])
        one_answer(open_page(browser, url, color_scheme="dark"), FOLLOW_UP, pictures[2])
        desktop = {"viewport": DESKTOP, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}
        page = open_page(browser, url, **desktop)
        expect(page.get_by_role("complementary")).to_be_visible()
        page.screenshot(path=pictures[3], animations="disabled")
    return pictures


def open_page(browser: Browser, url: str, **options: Any) -> Page:
    """The page as a phone opens it, unless other options of a browser's context are given."""
    phone = {"viewport": PHONE, "device_scale_factor": SCALE, "is_mobile": True, "has_touch": True}
    # With reduced motion the page scrolls at once, and not while the picture is taken.
    page = browser.new_page(**{**phone, "locale": "zh-CN", "reduced_motion": "reduce", **options})
    page.goto(url)
    return page


def one_answer(page: Page, question: str, picture: Path) -> None:
    """A question, and its answer from the top."""
    send(page, question)
    wait_for_card(page, 1)
    page.locator("guide-turn").last.evaluate(SHOW)
    page.screenshot(path=picture, animations="disabled")


def send(page: Page, text: str) -> None:
    """Type and send."""
    page.get_by_label("您的问题").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def wait_for_card(page: Page, count: int) -> None:
    """Return once so many cards are there and nothing is under way."""
    expect(page.get_by_role("article")).to_have_count(count, timeout=PATIENCE_MS)
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="为 README 截图：手机和电脑上的真实对话")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="正在运行的服务的地址")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"), help="图片所在目录")
    options = parser.parse_args()
    for picture in take(options.url, options.folder):
        print(f"{picture}: {picture.stat().st_size // 1024} KB", file=sys.stderr)


if __name__ == "__main__":
    main()
