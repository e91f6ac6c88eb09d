"""The console's whole way in a browser: from a log to a decision taken back, another made, and a release gone live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chat_page import Watch
from console_site import EFFECT_MS, JOB_MS, Desk, Site, running_site
from playwright.sync_api import Browser, BrowserContext, expect
from test_access import AXE, FOUND, RULES

pytestmark = pytest.mark.stack

CARD = ("锅炉房的口令条怎么补", "口令条怎么补办", "口令条找不见了怎么补", "补口令条多少钱")
GAME = ("陪我下盘围棋吧", "来和我下一盘围棋", "咱俩下盘围棋好不好", "想找你下围棋", "围棋你会下吗", "跟我下一局围棋呗")
A_CARD, A_GAME = "口令条", "围棋"  # by which their clusters are known, whichever wording names them
QUESTIONS = "data/questions/g77.txt"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("console"), [*CARD, *CARD, *GAME, *GAME]) as running:
        yield running


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Callable[..., Desk]]:
    """Sits down at a desk of its own; whatever the pages complain of fails the test."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def sit(name: str = "", width: int = 1280, height: int = 800, **options: Any) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        context.set_default_timeout(EFFECT_MS)
        watch = Watch(site.url)
        opened.append((context, watch))
        page = context.new_page()
        watch.attach(page)
        made = Desk(page, site)
        if name:
            made.sign_in(name)
        return made

    expect.set_options(timeout=EFFECT_MS)
    yield sit
    for context, _watch in opened:
        context.close()
    assert [complaint for _context, watch in opened for complaint in watch.complaints] == []


def test_the_whole_way(desk: Callable[..., Desk], site: Site) -> None:
    find_out(desk("小王"))
    before = site.file(QUESTIONS)
    teach_and_take_back(desk("小王"), site, before)
    make_an_intent(desk("小王"), site)
    publish(desk("老李"), site)
    look_at_the_records(desk("老李"))


def find_out(reviewer: Desk) -> None:
    """Mine the log: a job of its own, followed on its page."""
    page = reviewer.page
    expect(page.get_by_text("还没有待定的")).to_be_visible()
    page.get_by_role("button", name="重新找一遍").click()
    expect(page.get_by_role("heading", name="从日志里找")).to_be_visible()
    expect(page.get_by_text("做完了")).to_be_visible(timeout=JOB_MS)
    page.get_by_role("link", name="去审阅").click()
    expect(reviewer.row(A_CARD)).to_be_visible()
    expect(reviewer.row(A_GAME)).to_be_visible()


def teach_and_take_back(reviewer: Desk, site: Site, before: str) -> None:
    """By keyboard alone: open a cluster, pick a guide by its title, see the effect, decide, undo."""
    page = reviewer.page
    reviewer.go_to(A_CARD)
    reviewer.press("Enter")
    expect(page.get_by_role("heading", name="依据")).to_be_visible()
    page.get_by_role("radio", name="是一份指南的新说法").check()
    page.get_by_label("哪一份指南").fill("社会保障卡补领 g77")
    reviewer.press("Escape", "a")
    expect(page.get_by_role("heading", name="决定之前")).to_be_visible()
    expect(page.get_by_text("句原有的问法考了两遍")).to_be_visible()
    assert site.file(QUESTIONS) == before, "looking changes nothing"
    reviewer.press("Enter")
    reviewer.told("训练后学会")
    assert A_CARD in site.file(QUESTIONS)
    expect(reviewer.row(A_CARD)).to_have_count(0)
    reviewer.press("u")
    reviewer.told("又在待定里了")
    assert site.file(QUESTIONS) == before
    expect(reviewer.row(A_CARD)).to_be_visible()


def make_an_intent(reviewer: Desk, site: Site) -> None:
    page = reviewer.page
    reviewer.go_to(A_GAME)
    reviewer.press("n")
    name = page.get_by_label("给话术取个名字")
    expect(name).to_be_focused()
    name.fill("下围棋")
    page.get_by_label("怎么回答").fill("我不会下围棋，社保的事可以问我。")
    page.get_by_role("button", name="直接决定").click()
    reviewer.told("训练后学会")
    assert "我不会下围棋" in site.file("domain.yml") and A_GAME in site.file("data/nlu/下围棋.yml")


def publish(publisher: Desk, site: Site) -> None:
    """A release that the gate let pass goes live, after being asked once more, and back."""
    page = publisher.page
    page.get_by_role("link", name="发布", exact=True).click()
    expect(page.get_by_role("row", name=site.first.id)).to_contain_text("正在用")
    page.get_by_role("link", name=site.second.id).click()
    expect(page.get_by_text("通过了，可以发布。")).to_be_visible()
    page.get_by_role("link", name="发布", exact=True).last.click()
    page.get_by_role("button", name="发布").click()
    publisher.told("几秒内换过去")
    assert site.releases.current() == site.second
    page.get_by_role("link", name="退回上一个").click()
    page.get_by_role("button", name="退回").click()
    publisher.told("已退回到")
    assert site.releases.current() == site.first


def look_at_the_records(publisher: Desk) -> None:
    page = publisher.page
    page.get_by_role("link", name="记录", exact=True).click()
    for wanted in ("《社会保障卡补领》的新说法", "撤销决定", "新的话术“下围棋”", "退回"):
        expect(page.get_by_role("table")).to_contain_text(wanted)
    page.get_by_label("谁").select_option("小王")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("table")).not_to_contain_text("老李")


def test_without_scripts_it_works_too(desk: Callable[..., Desk]) -> None:
    reviewer = desk("小王", java_script_enabled=False)
    page = reviewer.page
    reviewer.row(A_CARD).get_by_role("link").first.click()
    page.get_by_label("书里缺的，记下来").check()
    page.get_by_role("button", name="先看影响").click()
    expect(page.get_by_text("这个决定不影响找指南")).to_be_visible()
    page.get_by_role("button", name="就这样决定").click()
    reviewer.told("数据没有改动")
    page.get_by_role("button", name="撤销").first.click()
    reviewer.told("又在待定里了")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_any_page(desk: Callable[..., Desk], site: Site, width: int, scheme: str) -> None:
    publisher = desk("老李", width=width, height=844, color_scheme=scheme, bypass_csp=True)
    page, found = publisher.page, {}
    one = publisher.row(A_CARD).get_by_role("link").first.get_attribute("href") or ""
    paths = ("review", one.removeprefix("/console/"), "review?state=decided", "releases", f"releases/{site.second.id}")
    for path in (*paths, "confirm?what=train", "jobs/1", "records", "sign-in"):
        publisher.open(path)
        page.add_script_tag(path=AXE)
        found[path] = page.evaluate(FOUND, RULES)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than {width}"
    publisher.open("review")
    publisher.press("?")
    page.add_script_tag(path=AXE)
    found["keys"] = page.evaluate(FOUND, RULES)
    assert {path: one for path, one in found.items() if one} == {}
