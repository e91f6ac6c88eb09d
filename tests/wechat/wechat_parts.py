"""What the tests of WeChat share: an account's secrets, edges on real ports, and phones that write to them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn

from bot.cli.wechat_phone import Phone
from bot.edge.app import create_app
from bot.learn.processes import free_ports
from bot.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
DATA, GUIDES = PROJECT / "data", PROJECT / "guides"
TOKEN, APP_ID, CORP_ID, SECRET = "testtoken", "wx2c2769f8efd9abc2", "ww1436e0e65a779aee", "0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@dataclass
class Edge:
    """An edge somewhere on this machine, with these settings."""

    settings: Settings
    url: str = ""


class RunningEdge(Edge):
    """An edge on a free port, in a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        config = uvicorn.Config(create_app(settings), port=0, log_level="critical", timeout_graceful_shutdown=5)
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._server.listening.wait(20), "the edge did not start"
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@dataclass
class Phones:
    """Makes phones; each has a citizen of its own."""

    http: httpx.AsyncClient
    numbers: count[int] = count(1)  # noqa: RUF009

    def official(self, edge: Edge, **changes: Any) -> Phone:
        """A phone that writes to the Official Account as the edge is set."""
        settings = edge.settings
        given = {
            "url": f"{edge.url}/wechat",
            "token": settings.wechat_token,
            "receiver": settings.wechat_app_id,
            "aes_key": settings.wechat_aes_key,
            "mode": settings.wechat_mode,
            "wait_s": settings.wechat_wait_s,
            "user": f"oTest{next(self.numbers):023d}",
        }
        return Phone(self.http, **{**given, **changes})

    def enterprise(self, edge: Edge, **changes: Any) -> Phone:
        """A phone with 企业微信."""
        settings = edge.settings
        given = {
            "url": f"{edge.url}/wecom",
            "token": settings.wecom_token,
            "receiver": settings.wecom_corp_id,
            "aes_key": settings.wecom_aes_key,
            "mode": "safe",
            "account": settings.wecom_corp_id,
            "wait_s": settings.wechat_wait_s,
            "user": f"worker{next(self.numbers)}",
            "extra": {"AgentID": "1000002"},
        }
        return Phone(self.http, **{**given, **changes})


def new_port() -> int:
    """One that was free just now."""
    (port,) = free_ports(1)
    return port
