from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.cli.checks as checks
import bot.cli.together as together
from bot.cli.serve import environment
from bot.learn.model import MODEL, record_model
from bot.settings import Settings


class Became(Exception):
    """Stands for the end of this program: another one goes on in its process."""


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The program and the environment that a command would go on as."""
    seen: dict[str, Any] = {}

    def execve(path: str, arguments: list[str], environ: dict[str, str]) -> None:
        seen.update(path=path, arguments=arguments, environ=environ)
        raise Became

    monkeypatch.setattr(os, "execve", execve)
    return seen


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> str:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield str(server.getsockname()[1])


@pytest.fixture
def model(project: Path) -> None:
    MODEL.parent.mkdir()
    MODEL.write_bytes(b"model")
    record_model("inputs", 1)


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Everything needed is there, and the ports are free."""
    monkeypatch.setattr(checks, "need_servable", lambda settings: None)
    monkeypatch.setattr(together, "places", lambda settings: ())


def test_actions_listen_on_loopback(guidebot, project, became, port):
    with pytest.raises(Became):
        guidebot("serve", "actions", "--port", port)
    assert became["path"] == sys.executable
    assert became["arguments"][1:] == ["-m", "actions.serve", "--host", "127.0.0.1", "--port", port]


def test_rasa_listens_on_loopback_and_cannot_be_told_to_load_models(guidebot, project, model, became, port):
    with pytest.raises(Became):
        guidebot("serve", "rasa", "--port", port)
    arguments = became["arguments"]
    assert arguments[arguments.index("-i") + 1] == "127.0.0.1"
    assert arguments[arguments.index("--model") + 1] == "models/guidebot.tar.gz"
    assert not {"--enable-api", "--cors"} & set(arguments)
    assert became["environ"]["RASA_TELEMETRY_ENABLED"] == "false"


def test_endpoints_get_the_address_they_ask_for(guidebot, project, model, became, port, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_ACTIONS_URL", "http://actions:1234/")
    with pytest.raises(Became):
        guidebot("serve", "rasa", "--port", port)
    assert became["environ"]["GUIDEBOT_ACTIONS_URL"] == "http://actions:1234"


def test_the_edge_gets_its_address_from_the_command(guidebot, project, became, port):
    with pytest.raises(Became):
        guidebot("serve", "edge", "--port", port, "--host", "localhost")
    environ = became["environ"]
    assert became["arguments"][1:] == ["-m", "bot.edge.serve"]
    assert (environ["GUIDEBOT_EDGE_HOST"], environ["GUIDEBOT_EDGE_PORT"]) == ("localhost", port)


def test_the_console_gets_its_address_from_the_settings(guidebot, project, became, port, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_CONSOLE_URL", f"http://127.0.0.1:{port}")
    with pytest.raises(Became):
        guidebot("serve", "console")
    assert became["arguments"][1:] == ["-m", "bot.console.serve"]
    assert became["environ"]["GUIDEBOT_CONSOLE_URL"] == f"http://127.0.0.1:{port}"


def test_where_the_console_is_off_it_says_so(guidebot, project, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_CONSOLE_URL", "off")
    result = guidebot("serve", "console")
    assert result.status == 2 and "没有审阅台" in result.err


def test_a_console_that_ends_is_begun_again_and_ends_with_the_others(guidebot, well, monkeypatch):
    """Citizens are answered whether or not somebody's page took the console down."""
    monkeypatch.setattr(together, "AGAIN_S", 0)
    monkeypatch.setattr(together, "own", lambda command: command)
    code = "import time; time.sleep(2); raise SystemExit(3)"
    Path("Procfile").write_text(f'a: {sys.executable} -c "{code}"\n', encoding="utf-8")
    monkeypatch.setattr(together, "CONSOLE", "echo begun >> begun.txt; sleep 0.1; false")
    assert guidebot("serve").status == 1
    assert Path("begun.txt").read_text().count("begun") > 1


def test_what_is_set_for_a_process_can_be_read_again():
    settings = Settings(edge_port=81, actions_url="http://actions:1")
    assert Settings.from_env(environment(settings)).actions_url == "http://actions:1"


def test_small_matrices_get_one_core_unless_the_operator_says_otherwise(monkeypatch):
    assert environment(Settings.from_env({}))["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    assert environment(Settings.from_env({}))["OPENBLAS_NUM_THREADS"] == "4"


def test_rasa_without_a_model_says_how_to_get_one(guidebot, project, became):
    result = guidebot("serve", "rasa")
    assert result.status == 1
    assert "guidebot train" in result.err


def test_rasa_does_not_start_on_a_model_that_was_changed(guidebot, project, model, became):
    MODEL.write_bytes(b"other")
    result = guidebot("serve", "rasa")
    assert result.status == 1
    assert str(MODEL) in result.err


@pytest.mark.parametrize("name", ["actions", "rasa", "edge"])
def test_a_taken_port_names_who_holds_it(guidebot, model, became, taken, name, monkeypatch):
    monkeypatch.setattr("bot.cli.ports.PATIENCE_S", 0.1)  # the other program never answers
    result = guidebot("serve", name, "--port", taken)
    assert result.status == 2
    assert taken in result.err and str(os.getpid()) in result.err


def test_a_second_edge_is_told_that_one_runs(guidebot, project, became, service):
    service.pages["/healthz"] = (200, {"status": "ok"})
    result = guidebot("serve", "edge", "--port", service.url.rpartition(":")[2])
    assert result.status == 2
    assert "已经有一个 edge 在运行" in result.err


def test_nothing_starts_without_index_and_model(guidebot, project):
    result = guidebot("serve")
    assert result.status == 1
    assert "guidebot index build" in result.err and "guidebot train" in result.err


def test_the_end_of_one_process_ends_all_and_is_a_failure(guidebot, well):
    lasting = "import signal; signal.pause()"
    lines = [f'a: {sys.executable} -c "{lasting}"', f'b: {sys.executable} -c "raise SystemExit(3)"']
    Path("Procfile").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = guidebot("serve")
    assert result.status == 1
    assert "b stopped (rc=3)" in result.out


@pytest.mark.parametrize("ends", ["true", "kill -KILL $$"])
def test_a_process_that_just_ends_or_is_killed_is_a_failure_too(guidebot, well, ends):
    Path("Procfile").write_text(f"a: {ends}\n", encoding="utf-8")
    assert guidebot("serve").status == 1


def test_the_procfile_runs_with_this_python():
    assert together.own("guidebot serve rasa") == f"exec {sys.executable} -m bot.cli serve rasa"
    assert together.own("echo guidebot") == "echo guidebot"


def test_processes_know_the_settings(guidebot, well, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_RASA_URL", "http://127.0.0.1:15005")
    code = "import os, json; json.dump(dict(os.environ), open('env.json', 'w'))"
    Path("Procfile").write_text(f'a: {sys.executable} -c "{code}"\n', encoding="utf-8")
    guidebot("serve", "--port", "8123")
    environ = json.loads(Path("env.json").read_text(encoding="utf-8"))
    assert environ["GUIDEBOT_EDGE_PORT"] == "8123"
    assert environ["GUIDEBOT_ACTIONS_URL"] == "http://127.0.0.1:5055"
    assert environ["GUIDEBOT_RASA_URL"] == "http://127.0.0.1:15005"


class Tick(threading.Event):
    """Time passes at once; after three times it is over."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        return self.waits > 3


def test_the_address_is_told_once_the_service_is_ready(service, capsys):
    service.pages["/readyz"] = (200, {"status": "ready"})
    together.announce(service.url, Tick())
    assert capsys.readouterr().out.count(service.url) == 1


@pytest.mark.parametrize("status", [503, 404])
def test_no_address_is_told_while_it_is_not(service, capsys, status):
    service.pages["/readyz"] = (status, {"status": "not_ready"})
    clock = Tick()
    together.announce(service.url, clock)
    assert capsys.readouterr().out == ""
    assert clock.waits == 4
