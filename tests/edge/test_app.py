"""Around the conversation: health, the page, headers, wording, and the way the service starts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from edge_client import DATA, Running
from fake_rasa import FakeRasa

from bot.edge import serve
from bot.edge.app import create_app
from bot.edge.bundle import load_bundle
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
        "service": "on",
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
@pytest.mark.parametrize("page", ["/", "/examples"])
async def test_every_file_a_page_names_is_served_from_this_host(page: str, running: Running) -> None:
    async with running() as edge:
        named = re.findall(r'(?:src|href)="([^"#]+)"', (await edge.client.get(page)).text)
        files = [path for path in named if not path.startswith("tel:")]
        assert files
        for path in files:
            assert path.startswith(("/static/", "/widget.js")), "nothing is loaded from elsewhere"
            assert (await edge.client.get(path)).status_code == 200


@pytest.mark.asyncio
async def test_files_that_the_page_keeps_for_want_of_a_network_are_there(running: Running) -> None:
    async with running() as edge:
        worker = await edge.client.get("/worker.js")
        assert worker.headers["content-type"].startswith("text/javascript")
        files = re.findall(r'"(/[^"]*)"', worker.text)
        assert {"/", f"/static/{load_bundle().script}"} <= set(files)
        assert [path for path in files if (await edge.client.get(path)).status_code != 200] == []


@pytest.mark.asyncio
async def test_the_page_can_be_labelled_in_english_and_in_nothing_else_than_known(running: Running) -> None:
    async with running() as edge:
        pages = [(await edge.client.get(f"/?lang={tag}")).text for tag in ("en", "zh", '"><script>', "")]
    assert ['<html lang="en">' in page for page in pages] == [True, False, False, False]
    assert ['<html lang="zh-CN">' in page for page in pages] == [False, True, True, True]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path", ["/", "/static/icon.svg", "/healthz", "/nowhere", "/webhooks/rest/webhook", "/api/opening"]
)
async def test_every_response_tells_the_browser_what_not_to_do(path: str, running: Running) -> None:
    async with running() as edge:
        headers = (await edge.client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    is_file = path == "/" or path.startswith("/static/")
    assert headers["cache-control"] == ("no-cache" if is_file else "no-store")


@pytest.mark.asyncio
async def test_only_named_sites_may_frame_the_page(running: Running) -> None:
    async with running(allowed_origins="https://www.example.gov.cn null") as edge:
        policy = (await edge.client.get("/")).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.example.gov.cn")


@pytest.mark.asyncio
async def test_the_widget_can_be_loaded_by_any_page_and_is_never_asked_for_twice(running: Running) -> None:
    async with running() as edge:
        script = await edge.client.get(f"/static/{load_bundle().script}")
        loader = await edge.client.get("/widget.js")
    for response in (script, loader):
        assert response.headers["access-control-allow-origin"] == "*"  # without it a browser checks no hash
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert loader.headers["cache-control"] == "no-cache"


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


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("url", "policy"), [("", None), ("http://intranet", None), ("https://ask.example.gov.cn", "max-age=31536000")]
)
async def test_browsers_are_kept_to_https_where_citizens_come_by_it(
    url: str, policy: str | None, running: Running
) -> None:
    async with running(public_url=url) as edge:
        assert (await edge.client.get("/healthz")).headers.get("strict-transport-security") == policy


@pytest.mark.asyncio
async def test_health_has_the_names_that_probes_look_for(running: Running) -> None:
    async with running() as edge:
        for one, other in (("/health", "/healthz"), ("/ready", "/readyz")):
            assert (await edge.client.get(one)).json() == (await edge.client.get(other)).json()
