"""WeChat's API as the edge calls it: our address, one token for all, and every kind of refusal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse
from wechat_parts import APP_ID, SECRET

from bot.cli.wechat_platform import Platform
from bot.edge.wechat import api as api_module
from bot.edge.wechat.api import Api, ApiError, Sent, wechat_api
from bot.edge.wechat.state_sql import SqlStore

MESSAGE = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}
SEND = "message/custom/send"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "_PAUSE_S", 0.01)


@pytest.fixture
def workers(platform: Platform, tmp_path: Path) -> Callable[[], Api]:
    """Makes clients of the one account with state in common, as several workers have."""
    platform.interacted("o1")
    return lambda: wechat_api(platform.url, APP_ID, SECRET, SqlStore(f"sqlite:///{tmp_path}/state.db"))


def test_everything_goes_to_the_address_that_is_set(workers: Callable[[], Api], platform: Platform) -> None:
    workers().post(SEND, MESSAGE)
    assert platform.calls == ["/cgi-bin/token", "/cgi-bin/message/custom/send"]
    assert platform.sent == [MESSAGE]


def test_workers_share_one_token(workers: Callable[[], Api], platform: Platform) -> None:
    threads = [threading.Thread(target=workers().post, args=(SEND, MESSAGE)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(platform.sent) == 5
    assert len(platform.tokens) == 1


def test_a_stale_token_is_renewed_once_for_all(workers: Callable[[], Api], platform: Platform) -> None:
    one, other = workers(), workers()
    one.post(SEND, MESSAGE)
    platform.tokens.append("made by somebody else")  # ours is worth nothing now
    one.post(SEND, MESSAGE)
    other.post(SEND, MESSAGE)
    assert len(platform.sent) == 3
    assert platform.calls.count("/cgi-bin/token") == 2


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        (45015, Sent.NOT_THIS_CITIZEN),
        (45047, Sent.NOT_THIS_CITIZEN),
        (40164, Sent.NOT_THIS_ACCOUNT),
        (48001, Sent.NOT_THIS_ACCOUNT),
        (45009, Sent.NOT_THIS_ACCOUNT),
    ],
)
def test_a_refusal_says_whom_it_is_about(code: int, sent: Sent, workers: Callable[[], Api], platform: Platform) -> None:
    platform.failures.extend([code])
    with pytest.raises(ApiError) as caught:
        workers().post(SEND, MESSAGE)
    assert (caught.value.code, caught.value.sent) == (code, sent)
    assert platform.sent == []


@pytest.mark.parametrize("code", [40001, 40014, 42001, -1, 45011])
def test_a_stale_token_and_a_busy_system_are_tried_again(
    code: int, workers: Callable[[], Api], platform: Platform
) -> None:
    api = workers()
    api.post(SEND, MESSAGE)
    platform.failures.append(code)
    api.post(SEND, MESSAGE)
    assert len(platform.sent) == 2


def test_a_token_that_stays_stale_is_given_up(workers: Callable[[], Api], platform: Platform) -> None:
    platform.failures.extend([40001, 40001])
    with pytest.raises(ApiError) as caught:
        workers().post(SEND, MESSAGE)
    assert caught.value.code == 40001


def test_a_system_that_stays_busy_is_left_for_later(workers: Callable[[], Api], platform: Platform) -> None:
    platform.failures.extend([-1, -1, -1])
    with pytest.raises(ApiError) as caught:
        workers().post(SEND, MESSAGE)
    assert caught.value.sent is Sent.NOT_NOW


@pytest.mark.parametrize(
    "response",
    [PlainTextResponse("<html>", 502), PlainTextResponse("no json"), JSONResponse([1]), PlainTextResponse("", 200)],
)
def test_what_is_no_answer_is_left_for_later(response: Any, workers: Callable[[], Api], platform: Platform) -> None:
    platform.failures.append(response)
    with pytest.raises(ApiError) as caught:
        workers().post(SEND, MESSAGE)
    assert (caught.value.code, caught.value.sent) == (None, Sent.NOT_NOW)


def test_a_time_out_is_not_tried_again(
    workers: Callable[[], Api], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = workers()
    api.post(SEND, MESSAGE)
    api._client.timeout = 0.2
    platform.delay_s = 0.6
    with pytest.raises(ApiError) as caught:
        api.post(SEND, MESSAGE)
    assert caught.value.sent is Sent.NOT_NOW
    assert platform.calls.count("/cgi-bin/message/custom/send") == 2


def test_a_closed_door_is_left_for_later(tmp_path: Path) -> None:
    with pytest.raises(ApiError) as caught:
        wechat_api("http://127.0.0.1:9", APP_ID, SECRET, SqlStore(f"sqlite:///{tmp_path}/s.db")).post(SEND, MESSAGE)
    assert caught.value.sent is Sent.NOT_NOW


def test_a_wrong_secret_is_said_and_shown_nowhere(platform: Platform, tmp_path: Path) -> None:
    api = wechat_api(platform.url, APP_ID, "a-wrong-secret", SqlStore(f"sqlite:///{tmp_path}/s.db"))
    with pytest.raises(ApiError) as caught:
        api.post(SEND, MESSAGE)
    assert (caught.value.code, caught.value.sent) == (40125, Sent.NOT_THIS_ACCOUNT)
    assert "a-wrong-secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
