"""Logs as JSON lines on standard output, the same from all three processes, each with the id of the request it is for.

No line carries what a citizen wrote: that is in the journal, masked. What libraries say may quote it, so of their
lines only the event passes, without its values, and of an exception its type and where it happened.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import uuid
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

HEADER = "X-Request-ID"  # from the edge to Rasa; Rasa hands it to the actions as the message's metadata
KEY = "request_id"
_OWN_ROOTS = ("bot", "actions", "edge")
_REQUEST = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MAX_EVENT_CHARS = 200
_WITHHELD = "(withheld)"


def configure_logs(process: str, level: str) -> None:
    """Log from `level` (debug, info, warning, error) on, in the name of `process`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
    )
    route_standard_logs(process, level)


def route_standard_logs(process: str, level: str) -> None:
    """Write what is logged by way of Python's `logging` as JSON lines, in place of whatever was set up before."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(True)  # libraries that warn as they are imported
    for name in _OWN_ROOTS:  # not by way of the root logger, which Rasa's libraries set as they please
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each message it carries


def begin_request(given: object = None) -> str:
    """Name the request that is served from here on, by the id that came with it if that is one, else anew."""
    request = given if isinstance(given, str) and _REQUEST.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**{KEY: request})
    return request


def current_request() -> str | None:
    """The id of the request that is being served, None outside of one."""
    return structlog.contextvars.get_contextvars().get(KEY)


class JsonLines(logging.Formatter):
    """A record of any library as one line of JSON."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line, without what may be a citizen's words."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            **structlog.contextvars.get_contextvars(),
        }
        line |= _own(record) if record.name.partition(".")[0] in _OWN_ROOTS else {"event": _event(record)}
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "frames": frames(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False, default=str)


def frames(trace: TracebackType | None) -> list[str]:
    """Where it broke, without the error's own words."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-5:]]


def _own(record: logging.LogRecord) -> dict[str, Any]:
    """All that our own code logs."""
    message = record.getMessage()
    try:
        loaded = json.loads(message)
    except ValueError:
        loaded = None
    return loaded if isinstance(loaded, dict) else {"event": message}


def _event(record: logging.LogRecord) -> str:
    """What a library says, before its values are filled in: citizens write Chinese, libraries do not."""
    message = str(record.msg)
    try:
        loaded = json.loads(message)
    except ValueError:
        loaded = None
    event = str(loaded.get("event", "")) if isinstance(loaded, dict) else message
    return event[:_MAX_EVENT_CHARS] if event.isascii() else _WITHHELD
