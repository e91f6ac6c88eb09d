"""The widget's interface: sessions nobody can make, messages taken once, history that is one's own and can go."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from edge_client import Edge, Running
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse, Response

from bot.edge.exchanges import Exchanges
from bot.edge.problem import Refusal
from bot.edge.sessions import LIFETIME_S, Sessions, load_secret
from bot.settings import Settings, SettingsError

pytestmark = pytest.mark.asyncio

SECRET = "a secret of this test"
SITE = "https://www.example.gov.cn"
Rows = Callable[[], list[dict[str, Any]]]


class Widget:
    """One session, used as the widget uses it."""

    def __init__(self, edge: Edge, token: str) -> None:
        self._client = edge.client
        self.token = token
        self._said = 0

    @classmethod
    async def begin(cls, edge: Edge) -> Widget:
        response = await edge.client.post("/api/session")
        return cls(edge, response.json()["token"])

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self._client.request(method, f"/api{path}", json=body, headers=headers)

    async def say(self, text: str, message: str | None = None, shown: str | None = None) -> dict[str, Any]:
        self._said += 1
        body = {"id": message or f"message-{self._said}", "text": text, "shown": shown}
        response = await self.ask("POST", "/messages", body)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    async def history(self) -> list[dict[str, Any]]:
        response = await self.ask("GET", "/session/history")
        assert response.status_code == 200, response.text
        exchanges: list[dict[str, Any]] = response.json()["exchanges"]
        return exchanges


@pytest.fixture
def table(database: Path) -> Callable[[str], list[dict[str, Any]]]:
    def read(name: str) -> list[dict[str, Any]]:
        with sqlite3.connect(database) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY id")]

    return read


async def test_a_message_is_answered_with_texts_and_the_outcome(running: Running, rasa: FakeRasa, rows: Rows) -> None:
    rasa.answer = lambda _: JSONResponse(
        [{"text": "哪一种？", "buttons": [{"title": "企业", "payload": "我是企业"}]}, *said()[1:]]
    )
    async with running() as edge:
        reply = await (await Widget.begin(edge)).say("社保卡丢了")
    assert reply["messages"] == [{"text": "哪一种？", "buttons": [{"title": "企业", "payload": "我是企业"}]}]
    assert (reply["outcome"]["act"], reply["outcome"]["guide"]) == ("answer", "g77")
    [row] = rows()
    assert (row["channel"], row["text"], row["act"]) == ("web", "社保卡丢了", "answer")
    assert row["sender"].startswith("web:")


async def test_a_message_that_comes_again_is_taken_once(running: Running, rasa: FakeRasa, rows: Rows) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        first = await widget.say("社保卡丢了", "the-same-1")
        rasa.answer = lambda _: JSONResponse(said(text="别的话"))
        again = await widget.say("社保卡丢了", "the-same-1")
        other = await widget.say("社保卡丢了", "another-1")
    assert again["messages"] == first["messages"] != other["messages"]
    assert rasa.texts == ["社保卡丢了"] * 2
    assert len(rows()) == 2


async def test_an_edge_killed_once_a_turn_is_over_has_kept_its_reply(
    running: Running, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply is in the journal with the turn: whatever would be written after it, a killed edge never writes."""

    def killed(*_: object) -> None:
        raise SystemExit("killed between two writes")

    monkeypatch.setattr(Exchanges, "complete", killed)
    async with running() as edge:
        widget = await Widget.begin(edge)
        first = await widget.say("社保卡丢了", "the-same-1")
        again = await widget.say("社保卡丢了", "the-same-1")
    assert again["messages"] == first["messages"]
    assert rasa.texts == ["社保卡丢了"]


async def test_a_message_that_comes_again_while_its_turn_is_under_way_waits_for_it(
    running: Running, rasa: FakeRasa
) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        replies = await asyncio.gather(*(widget.say("社保卡丢了", "the-same-1") for _ in range(5)))
    assert rasa.texts == ["社保卡丢了"]
    assert all(reply["messages"] == replies[0]["messages"] for reply in replies)


async def test_a_turn_goes_on_though_its_client_went_away(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        lost = asyncio.create_task(widget.say("社保卡丢了", "the-same-1"))
        await asyncio.to_thread(rasa.asked.wait, 5)
        lost.cancel()
        reply = await widget.say("社保卡丢了", "the-same-1")
    assert reply["outcome"]["act"] == "answer"
    assert rasa.texts == ["社保卡丢了"]


async def test_a_message_whose_turn_was_cut_off_is_taken_anew(running: Running, rasa: FakeRasa, database: Path) -> None:
    async with running(turn_timeout_s=0.1) as edge:
        widget = await Widget.begin(edge)
        await widget.say("社保卡丢了", "the-same-1")
        with sqlite3.connect(database) as connection:  # as a killed process leaves it
            connection.execute("UPDATE exchanges SET reply = NULL, at = '2020-01-01 00:00:00'")
        assert [one["outcome"] for one in await widget.history()] == [None]
        assert (await widget.say("社保卡丢了", "the-same-1"))["outcome"]["act"] == "answer"
    assert len(rasa.texts) == 2


async def test_history_is_all_that_was_said_in_order_and_masked(running: Running) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        await widget.say("社保卡丢了")
        await widget.say("我是企业", shown="企业")
        await widget.say("我的手机是13800138000")
        history = await widget.history()
    assert [one["said"] for one in history] == ["社保卡丢了", "企业", "我的手机是【手机号】"]
    assert all(one["messages"] and one["outcome"]["guide"] == "g77" for one in history)


async def test_another_session_cannot_be_read(running: Running) -> None:
    async with running() as edge:
        mine, theirs = await Widget.begin(edge), await Widget.begin(edge)
        await mine.say("社保卡丢了")
        assert await theirs.history() == []
        session = mine.token.split(".")[1]
        forged = theirs.token.replace(theirs.token.split(".")[1], session)
        for token in ("", "x", forged, mine.token[:-1], mine.token + "0", f"1.{session}.9999999999.", "1.2.3.4"):
            theirs.token = token
            response = await theirs.ask("GET", "/session/history")
            assert (response.status_code, response.json()["error"]["code"]) == (401, "bad_session"), token


async def test_tokens_are_long_random_and_differ(running: Running) -> None:
    async with running() as edge:
        tokens = [(await Widget.begin(edge)).token for _ in range(50)]
    sessions = {token.split(".")[1] for token in tokens}
    assert len(sessions) == 50
    assert min(map(len, sessions)) >= 22  # 128 bits


async def test_a_token_ends_and_can_be_renewed_before() -> None:
    now = [1_000.0]
    sessions = Sessions(b"secret", lambda: now[0])
    first = sessions.begin()
    now[0] += LIFETIME_S - 1
    assert sessions.session(f"Bearer {first.text}") == first.session
    later = sessions.renew(first.session)
    now[0] += 1
    with pytest.raises(Refusal, match="bad_session"):
        sessions.session(f"Bearer {first.text}")
    assert sessions.session(f"bearer {later.text}") == first.session
    with pytest.raises(Refusal, match="bad_session"):
        Sessions(b"another", lambda: now[0]).session(f"Bearer {later.text}")


async def test_a_session_is_renewed_without_changing(running: Running) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        renewed = await widget.ask("POST", "/session")
        assert renewed.json()["token"].split(".")[1] == widget.token.split(".")[1]
        widget.token = "1.made.9999999999.up"
        assert (await widget.ask("POST", "/session")).status_code == 401


async def test_clearing_forgets_everywhere_and_only_ones_own(
    running: Running, rasa: FakeRasa, table: Callable[[str], list[dict[str, Any]]], database: Path
) -> None:
    async with running() as edge:
        mine, theirs = await Widget.begin(edge), await Widget.begin(edge)
        for widget in (mine, theirs):
            await widget.say("社保卡丢了", "message-1")
            await widget.ask("POST", "/feedback", {"id": "message-1", "verdict": "up"})
        assert (await mine.ask("DELETE", "/session/history")).status_code == 204
        assert await mine.history() == []
        assert len(await theirs.history()) == 1
    assert [len(table(name)) for name in ("turns", "exchanges", "feedback")] == [1, 1, 1]
    session = mine.token.split(".")[1]
    assert rasa.received[-1] == {"sender": f"web:{session}", "message": "/restart"}
    kept = [str(value) for name in ("turns", "exchanges", "feedback") for row in table(name) for value in row.values()]
    assert not any(session in value for value in kept)


async def test_clearing_works_while_rasa_is_down(running: Running, rasa: FakeRasa) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        await widget.say("社保卡丢了")
        rasa.answer = lambda _: Response(status_code=500)
        assert (await widget.ask("DELETE", "/session/history")).status_code == 204
        assert await widget.history() == []


async def test_a_verdict_is_kept_with_its_turn_and_can_be_changed(
    running: Running, rows: Rows, table: Callable[[str], list[dict[str, Any]]]
) -> None:
    async with running() as edge:
        widget = await Widget.begin(edge)
        await widget.say("社保卡丢了", "message-1")
        up = {"id": "message-1", "verdict": "up"}
        down = {
            "id": "message-1",
            "verdict": "down",
            "reasons": ["wrong_matter", "unclear", "unclear"],
            "comment": "打13800138000说",
        }
        assert [(await widget.ask("POST", "/feedback", body)).status_code for body in (up, down)] == [204, 204]
        assert (await widget.history())[0]["verdict"] == "down"
    [kept] = table("feedback")
    assert (kept["verdict"], kept["reasons"], kept["comment"]) == ("down", "wrong_matter,unclear", "打【手机号】说")
    assert kept["turn"] == rows()[0]["id"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/messages", {"text": "你好"}, 400, "bad_id"),
        ("/messages", {"id": "short", "text": "你好"}, 400, "bad_id"),
        ("/messages", {"id": "x" * 65, "text": "你好"}, 400, "bad_id"),
        ("/messages", {"id": "no spaces here", "text": "你好"}, 400, "bad_id"),
        ("/messages", {"id": "message-1", "text": 5}, 400, "bad_message"),
        ("/messages", ["x"], 400, "not_json"),
        ("/messages", {"id": "message-1", "text": "长" * 9000}, 413, "too_large"),
        ("/feedback", {"id": "message-1", "verdict": "great"}, 400, "bad_feedback"),
        ("/feedback", {"id": "message-1", "verdict": "up", "reasons": ["because"]}, 400, "bad_feedback"),
        ("/feedback", {"id": "message-1", "verdict": "up", "reasons": [["x"]]}, 400, "bad_feedback"),
        ("/feedback", {"id": "message-1", "verdict": "up", "comment": 1}, 400, "bad_feedback"),
        ("/feedback", {"id": "nobody-said-it", "verdict": "up"}, 404, "bad_feedback"),
    ],
)
async def test_what_cannot_be_used_is_refused(
    path: str, body: Any, status: int, code: str, running: Running, rasa: FakeRasa
) -> None:
    async with running() as edge:
        response = await (await Widget.begin(edge)).ask("POST", path, body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert "12333" in response.json()["error"]["remedy"]
    assert rasa.texts == []


async def test_sending_too_fast_is_refused_and_can_be_sent_later(running: Running) -> None:
    async with running(rate_limit="2/hour") as edge:
        widget = await Widget.begin(edge)
        for _ in range(2):
            await widget.say("你好")
        response = await widget.ask("POST", "/messages", {"id": "message-9", "text": "你好"})
    assert (response.status_code, response.json()["error"]["code"]) == (429, "too_many")
    assert int(response.headers["retry-after"]) > 3_000


async def test_a_journal_that_cannot_be_written_stops_the_message_but_not_the_help(
    running: Running, rasa: FakeRasa, database: Path
) -> None:
    database.parent.write_text("a file where the folder should be")
    async with running() as edge:
        widget = await Widget.begin(edge)
        reply = await widget.say("社保卡丢了")
        assert reply["outcome"]["act"] == "error"
        assert "12333" in reply["messages"][0]["text"]
        assert (await widget.ask("GET", "/session/history")).status_code == 503
        assert (await widget.ask("DELETE", "/session/history")).status_code == 503
    assert rasa.texts == []


async def test_only_named_sites_may_use_it_from_a_browser(running: Running) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    async with running(allowed_origins=f"{SITE} null") as edge:
        for origin, allowed in ((SITE, True), ("null", True), ("https://evil.example", False)):
            before = await edge.client.options("/api/messages", headers={"Origin": origin, **asks})
            session = await edge.client.post("/api/session", headers={"Origin": origin})
            refused = await edge.client.get("/api/session/history", headers={"Origin": origin})
            for response in (before, session, refused):
                assert (response.headers.get("access-control-allow-origin") == origin) is allowed, origin
        rest = await edge.client.post("/webhooks/rest/webhook", json={}, headers={"Origin": SITE})
        assert "access-control-allow-origin" not in rest.headers


async def test_the_opening_tells_numbers_limits_questions_and_the_notice_of_now(
    running: Running, tmp_path: Path
) -> None:
    notice = tmp_path / "notice.txt"
    async with running(hotline="12345", max_message_chars=99, notice_file=notice) as edge:
        opening = (await edge.client.get("/api/opening")).json()
        assert (opening["phones"]["hotline"], opening["max_chars"], opening["notice"]) == ("12345", 99, None)
        assert all(group["group"] and group["questions"] for group in opening["starters"])
        notice.write_text("\n周五下午系统维护。\n", encoding="utf-8")
        assert (await edge.client.get("/api/opening")).json()["notice"] == "周五下午系统维护。"
        notice.write_bytes(b"\xff\xfe\x00")
        assert (await edge.client.get("/api/opening")).json()["notice"] is None


async def test_matters_have_their_titles_and_what_people_call_them(running: Running) -> None:
    async with running(guides_dir=Path(__file__).parents[2] / "guides") as edge:
        matters = (await edge.client.get("/api/matters")).json()
    assert len(matters) == 84
    [card] = [one for one in matters if one["guide"] == "g77"]
    assert card["title"] == "社会保障卡补领"
    assert "补办社保卡" in card["aliases"]


async def test_a_secret_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(secret_file=tmp_path / "state" / "secret")
    secret = load_secret(settings)
    assert load_secret(settings) == secret
    assert len(secret) >= 32
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600
    assert list(settings.secret_file.parent.iterdir()) == [settings.secret_file]
    assert load_secret(replace(settings, secret=SECRET)) == SECRET.encode()


async def test_a_secret_of_the_settings_is_shown_nowhere() -> None:
    assert SECRET not in repr(Settings(secret=SECRET))
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"GUIDEBOT_SECRET": "too short"})
    assert "too short" not in str(caught.value)
    assert "16" in str(caught.value)


@pytest.mark.parametrize("value", ["www.example.gov.cn", "https://a.cn/", "*", "https://*.cn", "ftp://a.cn"])
async def test_an_origin_that_no_browser_would_send_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="GUIDEBOT_ALLOWED_ORIGINS"):
        Settings.from_env({"GUIDEBOT_ALLOWED_ORIGINS": value})
