from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.cli.ports import Place, places, public_url
from bot.cli.system import pins, port_holder, wrong_packages
from bot.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this process listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def free(taken: int) -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_free_port_has_no_obstacle(free):
    assert Place("edge", "127.0.0.1", free).obstacle() == ""
    assert Place("edge", "localhost", free).obstacle() == ""


def test_a_taken_port_is_busy_and_its_holder_known(taken):
    assert Place("edge", "127.0.0.1", taken).obstacle() == "busy_port"
    assert port_holder(taken).endswith(f" {os.getpid()}")


def test_nobody_holds_a_free_port(free):
    assert port_holder(free) == ""


def test_an_address_of_another_machine_is_no_place_to_listen(free):
    assert Place("edge", "192.0.2.1", free).obstacle() == "bad_host"


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("actions", "/health", {"status": "ok"}),
        ("rasa", "/", "Hello from Rasa: 3.6.21"),
        ("edge", "/healthz", {"status": "ok"}),
        ("console", "/healthz", {"status": "ok"}),
    ],
)
def test_our_processes_are_known_by_what_they_answer(service, name, path, body):
    place = Place(name, "127.0.0.1", int(service.url.rpartition(":")[2]))
    assert not place.answers()
    service.pages[path] = (200, body)
    assert place.answers()
    service.pages[path] = (200, "<html>somebody else</html>")
    assert not place.answers()


def test_nothing_answers_at_a_free_port(free):
    assert not Place("rasa", "127.0.0.1", free).answers()


def test_the_places_are_those_of_the_settings():
    settings = Settings(rasa_url="http://rasa:15005", actions_url="https://actions.local", edge_port=80)
    assert places(settings) == (
        Place("actions", "actions.local", 443),
        Place("rasa", "rasa", 15005),
        Place("edge", "127.0.0.1", 80),
        Place("console", "127.0.0.1", 8010),
    )
    assert [place.is_local() for place in places(settings)] == [False, False, True, True]
    assert "console" not in [place.name for place in places(replace(settings, console_url=""))]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("example.cn", "http://example.cn:8000"),
    ],
)
def test_the_address_to_open_can_be_opened(host, url):
    assert public_url(Settings(edge_host=host)) == url


def test_packages_are_compared_with_the_lock():
    wanted = pins("# comment\npytest==0.1\nnosuch-package==1.0 ; python_version > '3'\n")
    assert wanted == {"pytest": "0.1", "nosuch-package": "1.0"}
    missing, other = wrong_packages(wanted)
    assert missing == ["nosuch-package"]
    assert other == [f"pytest {pytest.__version__}≠0.1"]


def test_a_build_for_another_processor_is_the_same_version(monkeypatch):
    monkeypatch.setattr("bot.cli.system.version", lambda name: "2.13.0+cpu")
    assert wrong_packages({"torch": "2.13.0"}) == ([], [])
