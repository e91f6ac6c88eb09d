"""Takes the pictures of the README: a real conversation with the running service, as a phone shows it.

.venv/bin/python scripts/screenshot.py [--url http://127.0.0.1:8000] [--folder docs/images]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

PHONE = {"width": 390, "height": 844}
SCALE = 1.5  # sharp at the 300 pixels that the README gives a picture, and small
QUESTION = "参保登记减员要什么材料"
CHOICE = "企业"
FOLLOW_UP = "在哪里办"
MARGIN_PX = 14
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
    """Write page.png (a question, what is asked back, the card) and follow-up.png (the question after it)."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [folder / "page.png", folder / "follow-up.png"]
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = phone_page(browser, url)
        send(page, QUESTION)
        page.locator(".options button").filter(has_text=CHOICE).first.click(timeout=PATIENCE_MS)
        wait_for_card(page, 1)
        page.get_by_role("group").first.evaluate(f"turn => stage.scrollTo({{ top: turn.offsetTop - {MARGIN_PX} }})")
        page.screenshot(path=pictures[0], animations="disabled")
        send(page, FOLLOW_UP)
        wait_for_card(page, 2)
        page.screenshot(path=pictures[1], animations="disabled")
    return pictures


def phone_page(browser: Browser, url: str) -> Page:
    """The chat page as a phone opens it."""
    page = browser.new_page(
        viewport=PHONE,
        device_scale_factor=SCALE,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        reduced_motion="reduce",  # then the page scrolls at once, and not while the picture is taken
    )
    page.goto(url)
    return page


def send(page: Page, text: str) -> None:
    """Type and send."""
    page.get_by_label("您的问题").fill(text)
    page.get_by_role("button", name="发送").click()


def wait_for_card(page: Page, count: int) -> None:
    """Return once so many cards are there and nothing is under way."""
    expect(page.locator(".card")).to_have_count(count, timeout=PATIENCE_MS)
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="为 README 截图：手机上的一段真实对话")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="正在运行的服务的地址")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"), help="图片所在目录")
    options = parser.parse_args()
    for picture in take(options.url, options.folder):
        print(f"{picture}: {picture.stat().st_size // 1024} KB", file=sys.stderr)


if __name__ == "__main__":
    main()
