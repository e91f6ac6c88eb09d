"""Log lines: JSON, with the request they are for, without a citizen's words."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import JsonLines, begin_request, current_request

WORDS = "我的社保卡丢了"


@pytest.fixture(autouse=True)
def no_request() -> Iterator[None]:
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


def line(name: str, message: object, *args: object, error: BaseException | None = None) -> dict[str, Any]:
    """What a record of a logger comes out as."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, info)
    written = JsonLines("rasa").format(record)
    assert "\n" not in written
    loaded: dict[str, Any] = json.loads(written)
    return loaded


def test_a_line_says_when_how_bad_who_and_for_which_request() -> None:
    request = begin_request("request-0001")
    seen = line("bot.channel", json.dumps({"event": "turn_failed", "error": "KeyError"}))
    assert (seen["event"], seen["error"]) == ("turn_failed", "KeyError")
    assert (seen["level"], seen["process"]) == ("error", "rasa")
    assert seen["request_id"] == request == "request-0001"
    assert seen["timestamp"].endswith("+00:00")


@pytest.mark.parametrize(
    "message",
    [
        json.dumps({"event": "processor.message.parse", "parse_data_text": WORDS, "text": WORDS}),
        f"Failed to run custom action: {WORDS}",
    ],
)
def test_what_libraries_quote_of_a_message_is_left_out(message: str) -> None:
    assert WORDS not in json.dumps(line("rasa.core.processor", message), ensure_ascii=False)
    assert WORDS not in json.dumps(line("rasa.core", "Received %s", WORDS), ensure_ascii=False)


def test_of_an_exception_its_type_and_places_are_logged() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        seen = line("rasa.core", "broke", error=sys.exc_info()[1])
    assert seen["error"] == "ValueError"
    assert "test_logs.py" in seen["frames"][-1]
    assert WORDS not in json.dumps(seen, ensure_ascii=False)


@pytest.mark.parametrize("given", [None, "", "short", "a" * 65, "x\nlevel: error", 7, "编号编号编号编号"])
def test_an_id_that_is_none_is_not_taken_over(given: object) -> None:
    request = begin_request(given)
    assert len(request) == 32
    assert request == current_request()
    assert request != begin_request(given)
