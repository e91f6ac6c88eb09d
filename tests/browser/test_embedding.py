"""The widget on other people's pages: one script tag, their colours and words, events for them, and no way around."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chat_page import TURN_MS
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from stack import Stack

pytestmark = pytest.mark.stack

HOST_POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server}; frame-src {server}; style-src 'self'; img-src data:"
)
TELL_EVENTS = """
window.events = [];
addEventListener("DOMContentLoaded", () => {
  const assistant = document.querySelector("guide-assistant");
  for (const name of ["ready", "open", "message", "answer", "handoff", "feedback", "clear", "close"]) {
    assistant?.addEventListener(name, ({ detail }) => {
      window.events.push([name, detail]);
      document.documentElement.dataset.last = name;
    });
  }
});
"""


class _Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, with the strict policy that a host page may have."""

    policy = ""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadingHTTPServer]:
    """Another site, on another origin."""
    folder = tmp_path_factory.mktemp("site")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        server.folder = folder  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def origin(site: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{site.server_address[1]}"


@pytest.fixture(scope="module")
def hosted(stack: Stack, site: ThreadingHTTPServer) -> Iterator[Stack]:
    """The assistant, allowing that site and sandboxed frames; as before at the end."""
    stack.end("edge")
    stack.start("edge", allowed_origins=f"{origin(site)} null")
    stack.wait_ready()
    _Quiet.policy = HOST_POLICY.format(server=stack.url)
    try:
        yield stack
    finally:
        stack.end("edge")
        stack.start("edge")
        stack.wait_ready()


Host = Callable[..., Page]


@pytest.fixture
def host(browser: Browser, hosted: Stack, site: ThreadingHTTPServer) -> Iterator[Host]:
    """`host(body)` opens a page of the other site with that body, or `at` which address it is found."""
    opened: list[BrowserContext] = []
    errors: list[str] = []
    expect.set_options(timeout=TURN_MS)

    def open_page(body: str, css: str = "", at: str = "") -> Page:
        folder: Path = site.folder  # type: ignore[attr-defined]
        head = '<meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="host.css">'
        (folder / "host.css").write_text(css, encoding="utf-8")
        (folder / "index.html").write_text(f'<!doctype html><html lang="zh-CN">{head}<body>{body}', encoding="utf-8")
        opened.append(browser.new_context(locale="zh-CN", reduced_motion="reduce"))
        page = opened[-1].new_page()
        page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(TELL_EVENTS)
        page.goto(at or origin(site))
        return page

    yield open_page
    for context in opened:
        context.close()
    assert [error for error in errors if "CORS" not in error and "ERR_FAILED" not in error] == []


def ask(where: Page | FrameLocator, text: str) -> None:
    where.get_by_label("您的问题").fill(text)
    where.get_by_role("button", name="发送", exact=True).click()


def test_one_script_tag_puts_a_button_on_a_page_of_another_site(host: Host, hosted: Stack) -> None:
    page = host(f'<p>正文</p><script src="{hosted.url}/widget.js"></script>')
    launcher = page.get_by_role("button", name="问社保怎么办")
    expect(launcher).to_be_visible()
    assert page.evaluate("window.events") == []  # nothing is asked of the service before somebody opens it
    launcher.click()
    expect(page.get_by_label("您的问题")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("data-last", "ready")  # or a fast answer may come before it
    ask(page, "社会保障卡补领要什么材料")
    expect(page.get_by_role("article")).to_contain_text("有效身份证件")
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    details = dict(page.evaluate("window.events"))
    assert details.keys() == {"ready", "open", "message", "answer", "close"}
    assert details["message"] == {"said": "社会保障卡补领要什么材料", "act": "answer"}
    assert details["answer"] == {"guide": "g77", "section": "materials", "title": "社会保障卡补领", "page": 158}
    launcher.click()
    expect(page.get_by_role("article")).to_be_visible()  # closing forgets nothing


def test_host_gives_colours_words_language_and_place(host: Host, hosted: Stack) -> None:
    css = "#help guide-assistant { --guide-brand: rgb(122, 34, 48); --guide-height: 500px; }"
    texts = {
        "heading": "某市助手",
        "tagline": "有问必答",
        "greeting": "办什么？",
        "intro": "只管问",
        "placeholder": "写这里",
    }
    given = " ".join(f'data-{name}="{text}"' for name, text in texts.items())
    page = host(f'<div id="help"></div><script src="{hosted.url}/widget.js" data-target="#help" {given}></script>', css)
    widget = page.locator("#help > guide-assistant")
    expect(widget.get_by_role("heading", level=1)).to_have_text(texts["heading"])
    for name in ("tagline", "greeting", "intro"):
        expect(widget).to_contain_text(texts[name])
    expect(widget.get_by_label("您的问题")).to_have_attribute("placeholder", texts["placeholder"])
    assert widget.evaluate("(one) => one.offsetHeight") == 500
    expect(widget.locator(".top")).to_have_css("background-color", "rgb(122, 34, 48)")
    english = host(
        f'<script src="{hosted.url}/widget.js" data-mode="inline" data-lang="en" data-theme="dark"></script>'
    )
    expect(english.get_by_role("button", name="Large text")).to_be_visible()


def test_host_s_styles_and_scripts_do_not_reach_in(host: Host, hosted: Stack) -> None:
    css = "button { display: none !important; } * { font-size: 3px !important; }"
    page = host(f'<script src="{hosted.url}/widget.js" data-mode="inline"></script>', css)
    ask(page, "你好")
    expect(page.locator(".turn")).to_contain_text("您好")
    expect(page.locator(".shell")).to_have_css("font-size", "16px")


def test_host_can_ask_by_itself(host: Host, hosted: Stack) -> None:
    page = host(f'<script src="{hosted.url}/widget.js"></script>')
    expect(page.get_by_role("button", name="问社保怎么办")).to_be_visible()
    page.locator("guide-assistant").evaluate("(one) => { one.opened = true; one.ask('转人工'); }")
    expect(page.locator("html")).to_have_attribute("data-last", "handoff")


def test_a_site_that_is_not_allowed_gets_no_answer_but_shows_the_way(host: Host, hosted: Stack, site: Any) -> None:
    tag = f'<script src="{hosted.url}/widget.js" data-mode="inline"></script>'
    page = host(tag)
    foreign = host(tag, at=origin(site).replace("127.0.0.1", "localhost"))
    for where, text in ((page, "您好，我"), (foreign, "没能发出去")):
        ask(where, "你好")
        expect(where.locator(".turn").last).to_contain_text(text if where is foreign else "您好")


def test_page_works_in_a_sandboxed_frame_that_keeps_nothing(host: Host, hosted: Stack) -> None:
    page = host(f'<iframe sandbox="allow-scripts" src="{hosted.url}/" title="助手"></iframe>')
    frame = page.frame_locator("iframe")
    ask(frame, "社会保障卡补领要什么材料")
    expect(frame.get_by_role("article")).to_contain_text("有效身份证件")
    ask(frame, "在哪里办")
    expect(frame.locator("article.card").last.locator(".card-section")).to_have_text("办理地点")


def test_examples_page_shows_running_assistants_and_their_events(host: Host, hosted: Stack) -> None:
    page = host("", at=f"{hosted.url}/examples")
    expect(page.locator("#help").get_by_role("heading", level=1)).to_have_text("某某市社保助手")
    expect(page.locator("#english").get_by_role("button", name="Large text")).to_be_visible()
    page.get_by_role("button", name="让助手回答").click()
    expect(page.get_by_role("list", name="收到的事件")).to_contain_text("answer")
