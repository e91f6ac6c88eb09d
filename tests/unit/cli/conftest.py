from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.cli.app import run

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


Guidebot = Callable[..., Result]


@pytest.fixture
def guidebot(capsys: pytest.CaptureFixture[str]) -> Guidebot:
    """Run a command line in this process."""

    def call(*arguments: str) -> Result:
        status = run(arguments)
        out, err = capsys.readouterr()
        return Result(status, out, err)

    return call


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three guides that a test may spoil; the working directory, with the settings' defaults."""
    for name in ("config.yml", "domain.yml", "Procfile"):
        shutil.copy(ROOT / name, tmp_path)
    rest = shutil.ignore_patterns("source", "g0[4-9]*", "g[1-9]*")
    for name in ("guides", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=rest)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GUIDEBOT_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def whole(project: Path) -> Path:
    """The same with all guides and the book."""
    shutil.copytree(ROOT / "guides", project / "guides", dirs_exist_ok=True)
    return project


class Service:
    """A running edge, as a client meets it: `answer` says status, headers and body for a question."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, str]], tuple[int, dict[str, str], Any]] = lambda _: (200, {}, [])
        self.pages: dict[str, tuple[int, Any]] = {}

    def says(self, custom: dict[str, Any] | None, text: str = "您好", **message: Any) -> None:
        """Answer every question with this."""
        messages = [{"text": text, **message}] + ([{"custom": custom}] if custom is not None else [])
        self.answer = lambda _: (200, {}, messages)


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(body)
            self._send(*made.answer(body))

        def do_GET(self) -> None:
            status, body = made.pages.get(self.path, (404, ""))
            self._send(status, {}, body)

        def _send(self, status: int, headers: dict[str, str], body: Any) -> None:
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
