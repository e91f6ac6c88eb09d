"""The console behind the edge: requests passed on as they are, and what citizens see where there is no console."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from edge_client import Running

KEY = "the internal key of these tests"


@dataclass
class FakeConsole:
    """Another process that speaks HTTP; remembers what it was asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def console() -> Iterator[FakeConsole]:
    fake = FakeConsole()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            fake.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(303 if self.command == "POST" else 200)
            self.send_header("Set-Cookie", "a=1; HttpOnly")
            self.send_header("Set-Cookie", "b=2; HttpOnly")
            self.send_header("Location", "/console/review")
            self.send_header("Content-Security-Policy", "form-action 'self'")
            self.send_header("Server", "inside")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_request_goes_through_with_the_key_and_the_address(running: Running, console: FakeConsole) -> None:
    headers = {"Cookie": "s=1", "X-Forwarded-For": "6.6.6.6", "Authorization": "Bearer stolen"}
    async with running(address="203.0.113.7", console_url=console.url, internal_key=KEY) as edge:
        answer = await edge.client.post("/console/review?q=%E5%8D%A1", data={"kind": "gap"}, headers=headers)
    [(method, path, sent, body)] = console.asked
    assert (method, path, body) == ("POST", "/console/review?q=%E5%8D%A1", b"kind=gap")
    assert (sent["authorization"], sent["x-forwarded-for"], sent["cookie"]) == (f"Bearer {KEY}", "203.0.113.7", "s=1")
    assert sent["x-request-id"] == answer.headers["x-request-id"]
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/console/review", "ok")
    assert answer.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2; HttpOnly"]
    assert "server" not in answer.headers


async def test_the_console_s_pages_keep_their_own_policy(running: Running, console: FakeConsole) -> None:
    async with running(console_url=console.url, internal_key=KEY) as edge:
        for path in ("/console", "/console/review"):
            answer = await edge.client.get(path)
            assert answer.headers.get_list("content-security-policy") == ["form-action 'self'"]
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_console_that_does_not_run_is_a_sentence(running: Running, console: FakeConsole) -> None:
    async with running(console_url="http://127.0.0.1:9", internal_key=KEY) as edge:
        answer = await edge.client.get("/console/review")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_console")
    assert "12333" in answer.text


async def test_where_it_is_off_there_is_no_such_page(running: Running) -> None:
    async with running(console_url="") as edge:
        assert (await edge.client.get("/console/review")).status_code == 404


async def test_more_than_a_form_can_be_is_not_passed_on(running: Running, console: FakeConsole) -> None:
    async with running(console_url=console.url) as edge:
        answer = await edge.client.post("/console/review", content=b"x" * 70_000)
    assert answer.status_code == 413 and console.asked == []
