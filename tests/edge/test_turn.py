"""A turn: masked, written down first, forwarded, checked; whatever breaks, an answer with a number to call."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from edge_client import Running
from fake_rasa import ANSWER, FakeRasa, said
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from structlog.testing import capture_logs

from bot.outcome import Outcome

pytestmark = pytest.mark.asyncio
Rows = Callable[[], list[dict[str, Any]]]
PHONE = "13900000000"
IDENTITY = "99000019900101001X"


async def test_personal_numbers_are_masked_before_anyone_sees_them(
    running: Running, rasa: FakeRasa, rows: Rows, database: Path
) -> None:
    async with running() as edge:
        with capture_logs() as logs:
            await edge.outcome(f"我的手机１３９－００００－００００，身份证{IDENTITY}，咨询0631-5198106")
        files = b"".join(path.read_bytes() for path in database.parent.iterdir())
    expected = "我的手机【手机号】，身份证【身份证号】，咨询0631-5198106"
    assert rasa.texts == [expected]
    assert [(row["text"], row["masked"]) for row in rows()] == [(expected, "mobile,identity")]
    assert IDENTITY.encode() not in files
    assert "手机" not in json.dumps(logs, ensure_ascii=False, default=str)


async def test_the_row_is_there_before_rasa_is_asked(running: Running, rasa: FakeRasa, rows: Rows) -> None:
    seen: list[dict[str, Any]] = []

    def answer(_body: dict[str, Any]) -> Response:
        seen.extend(rows())
        return JSONResponse(said())

    rasa.answer = answer
    async with running() as edge:
        await edge.outcome("社保卡丢了", "u1")
    [row] = seen
    assert (row["state"], row["sender"], row["text"], row["act"]) == (
        "received",
        "rest:u1",
        "社保卡丢了",
        None,
    )


async def test_the_row_is_completed_with_what_the_turn_came_to(running: Running, rows: Rows) -> None:
    async with running() as edge:
        await edge.outcome("社保卡丢了要什么材料")
    [row] = rows()
    assert (row["channel"], row["state"], row["act"]) == ("rest", "completed", "answer")
    assert (row["guide"], row["section"], row["slot"], row["cause"]) == ("g77", "materials", None, None)
    assert json.loads(row["reply"]) == Outcome.from_custom(ANSWER).to_custom()
    assert row["latency_ms"] >= 0
    assert row["received_at"]


async def test_when_rasa_hangs_the_row_stands_and_the_citizen_gets_a_number(
    running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    rasa.hangs = True
    async with running(turn_timeout_s=0.3) as edge:
        response = await edge.say("社保卡丢了")
    assert response.json()[-1]["custom"]["act"] == "error"
    assert "12333" in response.json()[0]["text"]
    assert "0631-5198106" in response.json()[0]["text"]
    assert rasa.texts == ["社保卡丢了"]
    assert [(row["text"], row["act"], row["cause"]) for row in rows()] == [("社保卡丢了", "error", "slow")]


async def test_a_turn_that_is_cut_off_leaves_its_row(running: Running, rasa: FakeRasa, rows: Rows) -> None:
    rasa.hangs = True
    async with running() as edge:
        turn = asyncio.create_task(edge.say("社保卡丢了"))
        assert await asyncio.to_thread(rasa.asked.wait, 10)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert [(row["text"], row["state"]) for row in rows()] == [("社保卡丢了", "received")]


TWO = [*said(), *said()]
FAILURES: list[tuple[Response, str]] = [
    (JSONResponse([]), "empty"),
    (JSONResponse(said(), 500), "status_500"),
    (JSONResponse({"detail": "no"}, 404), "status_404"),
    (RedirectResponse("/"), "status_307"),
    (PlainTextResponse("Hello from Rasa"), "not_json"),
    (PlainTextResponse("[" * 100_000), "not_json"),
    (JSONResponse({"text": "hi"}), "not_messages"),
    (JSONResponse(["hi"]), "not_messages"),
    (JSONResponse([{"text": "只有文字"}]), "no_outcome"),
    (JSONResponse(TWO), "no_outcome"),
    (JSONResponse(said({"act": "guess"})), "no_outcome"),
    (JSONResponse(said({**ANSWER, "source": None})), "no_outcome"),
]


@pytest.mark.parametrize(("answer", "cause"), FAILURES, ids=[f"{n}_{cause}" for n, (_, cause) in enumerate(FAILURES)])
async def test_no_usable_reply_becomes_an_error_with_a_number(
    answer: Response, cause: str, running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    rasa.answer = lambda _: answer
    async with running() as edge:
        response = await edge.say("社保卡丢了", "u1")
    assert response.status_code == 200
    text, custom = response.json()
    assert "12333" in text["text"]
    assert text["recipient_id"] == custom["recipient_id"] == "u1"
    assert custom["custom"]["act"] == "error"
    assert [(row["state"], row["act"], row["cause"]) for row in rows()] == [("completed", "error", cause)]


async def test_when_rasa_is_down_the_citizen_gets_a_number(running: Running, rows: Rows) -> None:
    async with running(rasa_url="http://127.0.0.1:9") as edge:
        assert (await edge.outcome("社保卡丢了"))["act"] == "error"
    assert [row["cause"] for row in rows()] == ["unreachable"]


async def test_what_nobody_thought_of_is_caught_stored_and_logged_without_its_words(
    running: Running, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_kwargs: Any) -> httpx.Response:
        raise KeyError("社保卡丢了")

    async with running() as edge:
        with capture_logs() as logs, monkeypatch.context() as patch:
            patch.setattr("bot.edge.rasa.Rasa.reply", broken)
            assert (await edge.outcome("社保卡丢了"))["act"] == "error"
    assert [(row["act"], row["cause"]) for row in rows()] == [("error", "internal_KeyError")]
    [entry] = [entry for entry in logs if entry["event"] == "turn_broke"]
    assert entry["error"] == "KeyError"
    assert any("turn.py" in frame for frame in entry["frames"])
    assert "社保卡" not in json.dumps(logs, ensure_ascii=False)


@pytest.mark.parametrize("blocked", ["state", "state/journal.db"])
async def test_a_journal_that_cannot_be_written_stops_the_message_but_not_the_help(
    blocked: str, running: Running, rasa: FakeRasa, database: Path
) -> None:
    path = database.parents[1] / blocked
    if path == database:
        path.mkdir(parents=True)
    else:
        path.write_text("a file where the folder should be")
    async with running() as edge:
        with capture_logs() as logs:
            response = await edge.say("社保卡丢了")
        ready = await edge.client.get("/readyz")
        assert response.json()[-1]["custom"]["act"] == "error"
        assert "12333" in response.json()[0]["text"]
        assert rasa.texts == []
        assert [entry["step"] for entry in logs if entry["event"] == "journal_not_written"] == ["receive"]
        assert (ready.status_code, ready.json()["checks"]["journal"]) == (503, "unreachable")
        path.rmdir() if path.is_dir() else path.unlink()
        assert (await edge.outcome("社保卡丢了"))["act"] == "answer", "the journal opens again by itself"


async def test_a_journal_that_fails_in_the_middle_costs_no_answer(
    running: Running, rasa: FakeRasa, database: Path
) -> None:
    def drop_table(_body: dict[str, Any]) -> Response:
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TABLE turns")
        return JSONResponse(said())

    rasa.answer = drop_table
    async with running() as edge:
        with capture_logs() as logs:
            assert (await edge.outcome("社保卡丢了"))["act"] == "answer"
    assert [entry["step"] for entry in logs if entry["event"] == "journal_not_written"] == ["complete"]


async def test_each_turn_is_one_log_line_with_numbers_only(running: Running) -> None:
    async with running() as edge:
        with capture_logs() as logs:
            await edge.outcome("社保卡丢了要什么材料", "u1")
    [line] = logs
    assert line["event"] == "turn"
    assert (line["act"], line["guide"], line["section"], line["cause"]) == (
        "answer",
        "g77",
        "materials",
        None,
    )
    assert "u1" not in json.dumps(line)


async def test_how_a_message_was_understood_is_journalled_and_shown_to_nobody(
    running: Running, rasa: FakeRasa, rows: Rows
) -> None:
    trace = {"trace": {"candidates": {"g77": 0.9}, "out_of_scope": 0.01, "topicless": 0, "intent": "materials"}}
    rasa.answer = lambda _: JSONResponse([{"recipient_id": "rasa", "custom": trace}, *said()])
    async with running() as edge:
        response = await edge.say("社保卡丢了要什么材料")
    assert "trace" not in response.text
    [row] = rows()
    assert (row["candidates"], row["intent"], row["act"]) == ('{"g77": 0.9}', "materials", "answer")


@pytest.mark.parametrize("broken", ["no trace", ["g77"], {"candidates": [1]}, {"candidates": {"g77": "high"}}])
async def test_a_trace_that_cannot_be_read_costs_no_answer(running: Running, rasa: FakeRasa, broken: object) -> None:
    rasa.answer = lambda _: JSONResponse([{"recipient_id": "rasa", "custom": {"trace": broken}}, *said()])
    async with running() as edge:
        assert (await edge.outcome("社保卡丢了"))["act"] == "answer"
