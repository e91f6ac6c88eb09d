"""Around the conversation: health, the page, headers, wording, and the way the service starts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from edge_client import DATA, Running
from fake_rasa import FakeRasa

from bot.book.guide import SECTION_KEYS
from bot.edge import serve
from bot.edge.app import create_app
from bot.edge.page import WIDGET_DIR
from bot.edge.wording import WordingError, load_wording
from bot.settings import Settings, SettingsError


@pytest.mark.asyncio
async def test_the_edge_lives_whatever_is_behind_it(running: Running) -> None:
    async with running(rasa_url="http://127.0.0.1:9", actions_url="http://127.0.0.1:9") as edge:
        live, ready = await edge.client.get("/healthz"), await edge.client.get("/readyz")
    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert ready.status_code == 503
    assert ready.json() == {
        "status": "not_ready",
        "checks": {"rasa": "unreachable", "actions": "unreachable", "journal": "ok"},
    }


@pytest.mark.asyncio
async def test_it_is_ready_when_rasa_and_the_actions_answer(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        assert (await edge.client.get("/readyz")).json()["status"] == "ready"
        rasa.healthy = False
        response = await edge.client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["rasa"]) == (503, "unreachable")


@pytest.mark.asyncio
async def test_the_page_has_the_numbers_of_this_service(running: Running) -> None:
    async with running(hotline="12345", consult_phone="0532-0000001") as edge:
        page = await edge.client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'href="tel:12345"' in page.text
    assert "0532-0000001" in page.text
    assert "12333" not in page.text
    assert "$" not in page.text


@pytest.mark.asyncio
async def test_every_file_the_page_names_is_served_from_this_host(running: Running) -> None:
    async with running() as edge:
        page = (await edge.client.get("/")).text
        named = re.findall(r'(?:src|href)="([^"#]+)"', page)
        files = [path for path in named if not path.startswith("tel:")]
        assert {"/static/chat.js", "/static/chat.css"} <= set(files)
        for path in files:
            assert path.startswith("/static/"), "nothing is loaded from elsewhere"
            assert (await edge.client.get(path)).status_code == 200
        script = (await edge.client.get("/static/chat.js")).text
        for path in re.findall(r'from "\./([^"]+)"', script):
            response = await edge.client.get(f"/static/{path}")
            assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/", "/static/chat.css", "/healthz", "/nowhere", "/webhooks/rest/webhook"])
async def test_every_response_tells_the_browser_what_not_to_do(path: str, running: Running) -> None:
    async with running() as edge:
        headers = (await edge.client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    is_file = path == "/" or path.startswith("/static/")
    assert headers["cache-control"] == ("no-cache" if is_file else "no-store")


def test_the_page_keeps_to_its_own_policy() -> None:
    page = (WIDGET_DIR / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page), "no inline script"
    assert not re.search(r"<style|\sstyle=|\son\w+=", page), "no inline style, no handlers in markup"
    for script in WIDGET_DIR.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source), script.name
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"//.*", "", source)) or script.name == "", script.name


def test_every_word_the_scripts_ask_for_is_in_the_page() -> None:
    page = (WIDGET_DIR / "index.html").read_text(encoding="utf-8")
    scripts = "".join(path.read_text(encoding="utf-8") for path in WIDGET_DIR.glob("*.js"))
    asked = set(re.findall(r"\bwords\.(\w+)", scripts))
    assert asked
    assert asked <= set(re.findall(r"\bdata-(\w+)=", page))


def test_every_section_has_a_name_on_the_page() -> None:
    asked = [*SECTION_KEYS, "overview"]
    page = (WIDGET_DIR / "index.html").read_text(encoding="utf-8")
    assert all(re.search(rf'data-{name}="[^"]+"', page) for name in asked)


def _wording(folder: Path, change: dict[str, object]) -> Settings:
    texts = yaml.safe_load((DATA / "wording.yml").read_text(encoding="utf-8"))
    texts["replies"].update(change)
    (folder / "wording.yml").write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")
    return Settings(data_dir=folder)


def test_every_text_for_citizens_names_a_number_to_call() -> None:
    wording = load_wording(Settings(data_dir=DATA, hotline="12399"))
    replies, problems = vars(wording.replies), vars(wording.problems)
    assert all("12399" in text for text in replies.values())
    assert all("12399" in problem.remedy for problem in problems.values())
    assert "0631-5198106" in wording.replies.error


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"error": None}, "replies.error"),
        ({"slow": "  "}, "replies.slow"),
        ({"empty": ["您好"]}, "replies.empty"),
        ({"too_long": "最多 {limit} 字"}, "replies.too_long"),
        ({"too_long": "最多 { 字"}, "replies.too_long"),
    ],
)
def test_wording_that_cannot_be_used_stops_the_start(change: dict[str, object], named: str, tmp_path: Path) -> None:
    with pytest.raises(WordingError, match=re.escape(named)):
        create_app(_wording(tmp_path, change))


@pytest.mark.parametrize("content", [None, "replies: [", "- a", "replies: {}"])
def test_a_wording_file_that_is_none_is_named(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "wording.yml").write_text(content, encoding="utf-8")
    with pytest.raises(WordingError, match=r"wording\.yml"):
        load_wording(Settings(data_dir=tmp_path))


def test_the_app_reads_its_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDEBOT_EDGE_PROT", "1")
    with pytest.raises(SettingsError, match="GUIDEBOT_EDGE_PROT"):
        create_app()


def test_a_bad_setting_ends_the_start_with_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDEBOT_EDGE_PORT", "none")
    with pytest.raises(SystemExit, match="GUIDEBOT_EDGE_PORT"):
        serve.main()


def test_making_the_app_opens_nothing(tmp_path: Path) -> None:
    create_app(replace(Settings(data_dir=DATA), database_url=f"sqlite:///{tmp_path}/journal.db"))
    assert list(tmp_path.iterdir()) == []
