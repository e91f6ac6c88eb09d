"""Rasa's HTTP side as the edge meets it, on loopback: every test says what it answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ANSWER: dict[str, Any] = {
    "act": "answer",
    "guide": "g77",
    "section": "materials",
    "slot": None,
    "options": [],
    "quote": "有效身份证件",
    "source": {"title": "社会保障卡补领", "page": 158, "edition": "某版"},
    "note": None,
    "variants": [],
}


def said(custom: dict[str, Any] | None = None, text: str = "您好") -> list[dict[str, Any]]:
    """A reply as Rasa's REST channel sends it: the text and the custom part are messages of their own."""
    return [{"recipient_id": "rasa", "text": text}, {"recipient_id": "rasa", "custom": custom or ANSWER}]


class FakeRasa:
    """Answers messages with `answer`; `received` holds the bodies that came in, `asked` says that one did."""

    def __init__(self) -> None:
        self.url = ""
        self.asked = threading.Event()
        self.reset()

    def reset(self) -> None:
        self.asked.clear()
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], Response] = lambda _: JSONResponse(said())
        self.delay_s: Callable[[dict[str, Any]], float] = lambda _: 0.0
        self.hangs = False
        self.healthy = True

    @property
    def texts(self) -> list[str]:
        """What was forwarded."""
        return [body["message"] for body in self.received]

    async def _webhook(self, request: Request) -> Response:
        body = await request.json()
        self.received.append(body)
        self.headers.append(dict(request.headers))
        self.asked.set()
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(self.delay_s(body))
        return self.answer(body)

    async def _ready(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"}, 200 if self.healthy else 503)

    async def _actions(self, _request: Request) -> Response:
        return JSONResponse([{"name": "action_answer"}])

    def app(self) -> Starlette:
        """The routes of Rasa that the edge uses, and the action server's list of actions on the same port."""
        return Starlette(
            routes=[
                Route("/webhooks/rest/webhook", self._webhook, methods=["POST"]),
                Route("/webhooks/rest/", self._ready),
                Route("/actions", self._actions),
            ]
        )


class _Server(uvicorn.Server):
    """Says when it listens, and where."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def serving() -> Iterator[FakeRasa]:
    """A fake Rasa that listens on a free port of this machine."""
    fake = FakeRasa()
    config = uvicorn.Config(fake.app(), port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listening.wait(20), "the fake Rasa did not start"
    fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield fake
    server.should_exit = True
    thread.join(20)
