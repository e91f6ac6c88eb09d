"""WeChat's API and 企业微信's on loopback, for trying without an account: tokens, messages, quotas, menus, codes.

It keeps to the documented rules, refuses what the platforms refuse, with their codes, and shows what was sent.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_QUOTA, _QUOTA_S = 5, 172_800.0
_MAX_BYTES = 2048
_START_S = 20
Sent = dict[str, Any]


class Platform:
    """The state of the two APIs. `on_sent` hears of every message that a citizen would see."""

    def __init__(self, app_id: str, secret: str) -> None:
        self.url = ""
        self._account = (app_id, secret)
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """As if nothing had happened."""
        self.on_sent: Callable[[Sent], None] | None = None
        self.sent: list[Sent] = []
        self.menu: dict[str, Any] | None = None
        self.tokens: list[str] = []  # all that were given out; the last one is good
        self.failures: deque[int | Response] = deque()  # codes or responses for the next calls
        self.calls: list[str] = []
        self.delay_s = 0.0
        self.kf_messages: list[dict[str, Any]] = []
        self._quota: dict[str, tuple[int, float]] = {}

    def interacted(self, user: str) -> None:
        """A citizen wrote: the account may write to them again."""
        with self._lock:
            self._quota[user] = (_QUOTA, time.monotonic() + _QUOTA_S)

    def app(self) -> Starlette:
        """The routes of both APIs that the edge uses."""
        return Starlette(
            routes=[
                Route("/cgi-bin/token", self._token),
                Route("/cgi-bin/gettoken", self._token),
                Route("/cgi-bin/message/custom/send", self._of(self._send), methods=["POST"]),
                Route("/cgi-bin/message/send", self._of(self._send_free), methods=["POST"]),
                Route("/cgi-bin/kf/send_msg", self._of(self._send), methods=["POST"]),
                Route("/cgi-bin/kf/sync_msg", self._of(self._sync), methods=["POST"]),
                Route("/cgi-bin/menu/create", self._of(self._create_menu), methods=["POST"]),
                Route("/cgi-bin/qrcode/create", self._of(self._create_code), methods=["POST"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        given = request.query_params
        self.calls.append(request.url.path)
        if self.failures and isinstance(self.failures[0], int) and self.failures[0] in (40164, 40125, 40013):
            return _error(int(str(self.failures.popleft())))
        app_id = given.get("appid") or given.get("corpid")
        secret = given.get("secret") or given.get("corpsecret")
        if app_id != self._account[0]:
            return _error(40013)
        if secret != self._account[1]:
            return _error(40125)
        self.tokens.append(secrets.token_hex(16))
        return JSONResponse({"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1], "expires_in": 7200})

    def _of(self, answer: Callable[[dict[str, Any]], dict[str, Any] | int]) -> Any:
        async def endpoint(request: Request) -> Response:
            self.calls.append(request.url.path)
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if self.failures:
                failure = self.failures.popleft()
                return failure if isinstance(failure, Response) else _error(failure)
            if not self.tokens or request.query_params.get("access_token") != self.tokens[-1]:
                return _error(40001)
            result = answer(await request.json())
            return _error(result) if isinstance(result, int) else JSONResponse({"errcode": 0, "errmsg": "ok", **result})

        return endpoint

    def _send(self, message: Sent) -> dict[str, Any] | int:
        user = message["touser"]
        with self._lock:
            left, until = self._quota.get(user, (0, 0.0))
            if until <= time.monotonic():
                return 45015
            if left <= 0:
                return 45047
            self._quota[user] = (left - 1, until)
        return self._send_free(message)

    def _send_free(self, message: Sent) -> dict[str, Any] | int:
        if message["msgtype"] == "text" and len(message["text"]["content"].encode()) > _MAX_BYTES:
            return 45002
        self.sent.append(message)
        if self.on_sent:
            self.on_sent(message)
        return {}

    def _sync(self, asked: dict[str, Any]) -> dict[str, Any] | int:
        begin = int(asked.get("cursor") or 0)
        page = self.kf_messages[begin : begin + 2]  # small pages, so that there are several
        return {
            "next_cursor": str(begin + len(page)),
            "has_more": int(begin + len(page) < len(self.kf_messages)),
            "msg_list": page,
        }

    def _create_menu(self, menu: dict[str, Any]) -> dict[str, Any] | int:
        if not 1 <= len(menu.get("button", ())) <= 3:
            return 40017
        self.menu = menu
        return {}

    def _create_code(self, asked: dict[str, Any]) -> dict[str, Any] | int:
        scene = asked["action_info"]["scene"].get("scene_str", "")
        if not 1 <= len(scene) <= 64:
            return 40053
        return {"ticket": f"ticket-{scene}", "url": f"http://weixin.qq.com/q/{scene}"}


@contextmanager
def serving_platform(platform: Platform, port: int = 0) -> Iterator[Platform]:
    """The platform listening on loopback, at a free port unless one is asked for."""
    config = uvicorn.Config(platform.app(), port=port, log_level="critical", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not server.listening.wait(_START_S):
        raise OSError(f"no server at port {port}")
    platform.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield platform
    finally:
        server.should_exit = True
        thread.join(_START_S)


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def _error(code: int) -> Response:
    return JSONResponse({"errcode": code, "errmsg": f"error {code}"})
