"""The real three processes on free ports of this machine, with a journal and a tracker store of their own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.learn.processes import free_ports
from bot.outcome import Outcome, outcome_of

PROJECT = Path(__file__).resolve().parents[1]
NEEDED = ("models/guidebot.tar.gz", "index/build/manifest.json")
START_S = 120.0  # Rasa takes half a minute to load on a busy machine
STOP_S = 20.0
GLANCE_S = 0.25
REST = "/webhooks/rest/webhook"


class NotStarted(Exception):
    """The assistant cannot be started; the message says what to do, or ends with what the process wrote."""


@dataclass(frozen=True)
class Reply:
    """One turn's reply: its only outcome, and the messages as they came over REST."""

    outcome: Outcome
    messages: tuple[Mapping[str, Any], ...]

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if message.get("text")]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Title and payload of each."""
        return [(b["title"], b["payload"]) for message in self.messages for b in message.get("buttons", ())]


@dataclass(frozen=True)
class Conversation:
    """One citizen's conversation with a running assistant."""

    client: httpx.Client
    sender: str

    def say(self, text: str) -> Reply:
        """The reply to a message. OutcomeError where it does not carry exactly one outcome."""
        response = self.client.post(REST, json={"sender": self.sender, "message": text})
        assert response.status_code == 200, response.text
        return Reply(outcome_of(response.json()), tuple(response.json()))

    def came_to(self, text: str) -> str:
        """What a turn came to, in a line: "answer g77 materials"."""
        outcome = self.say(text).outcome
        return " ".join(filter(None, (outcome.act.value, outcome.guide, outcome.section, outcome.slot)))


@dataclass
class Stack:
    """A running assistant: `processes` are the Procfile's, by name."""

    url: str
    folder: Path
    environ: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    client: httpx.Client

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self.processes.items()}

    def conversation(self) -> Conversation:
        """One that nobody has used before."""
        return Conversation(self.client, uuid.uuid4().hex)

    def start(self, name: str, **settings: str) -> None:
        """Start a process of the Procfile; it writes to `<name>.log`. Further settings are for it alone."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *_commands()[name]],
                cwd=self.folder,
                env={**self.environ, **_variables(settings)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process."""
        self.processes[name].send_signal(number)

    def end(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End one process by a signal, SIGKILL where it does not go in time; return once it is gone."""
        process = self.processes[name]
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.send_signal(number)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)

    @contextmanager
    def impatient(self, name: str, patience_s: float) -> Iterator[Stack]:
        """The assistant with one process that soon gives up; made whole again at the end, whatever a test left."""
        self.end(name)
        self.start(name, turn_timeout_s=str(patience_s))
        self.wait_ready()
        try:
            yield self
        finally:
            for other, process in self.processes.items():
                if process.poll() is None:
                    process.send_signal(signal.SIGCONT)
                else:
                    self.start(other)
            self.end(name)
            self.start(name)
            self.wait_ready()

    def wait_ready(self) -> None:
        """Return once /readyz says yes. NotStarted where a process ends before, or it takes too long."""
        deadline = time.monotonic() + START_S
        while not self._is_ready():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise NotStarted(f"{name} ended with {process.returncode}:\n{self._tail(name)}")
            if time.monotonic() > deadline:
                raise NotStarted(f"not ready after {START_S:.0f} s:\n{self._tail('rasa')}")
            self._glance()

    def turns(self, sender: str) -> list[dict[str, Any]]:
        """The journal's rows of one conversation, oldest first, read as another program would."""
        with sqlite3.connect(self.folder / "build" / "journal.db") as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM turns WHERE sender = ? ORDER BY id", [f"rest:{sender}"])
            found = [dict(row) for row in rows]
        connection.close()
        return found

    def stop(self) -> None:
        """Stop all processes, the edge first."""
        for name in reversed(self.processes):
            self.end(name)

    def _is_ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def _glance(self) -> None:
        """Look again soon, or at once when a process ends."""
        try:
            self.processes["edge"].wait(GLANCE_S)
        except subprocess.TimeoutExpired:
            return

    def _tail(self, name: str) -> str:
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:])


@contextmanager
def running_stack(folder: Path, **settings: str) -> Iterator[Stack]:
    """The assistant, ready to answer, out of an empty `folder`; further GUIDEBOT_* settings by their names."""
    if missing := [name for name in NEEDED if not (PROJECT / name).is_file()]:
        raise NotStarted(f"{' and '.join(missing)} missing: run `make train` first.")
    _link_project(folder)
    ports = dict(zip(("ACTIONS", "RASA", "EDGE"), free_ports(3), strict=True))
    url = f"http://127.0.0.1:{ports['EDGE']}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GUIDEBOT_")} | {
        "GUIDEBOT_ACTIONS_URL": f"http://127.0.0.1:{ports['ACTIONS']}",
        "GUIDEBOT_RASA_URL": f"http://127.0.0.1:{ports['RASA']}",
        "GUIDEBOT_EDGE_PORT": str(ports["EDGE"]),
        "GUIDEBOT_DATABASE_URL": "sqlite:///build/journal.db",
        **_variables(settings),
    }
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        stack = Stack(url, folder, environ, {}, client)
        try:
            for name in _commands():
                stack.start(name)
            stack.wait_ready()
            yield stack
        finally:
            stack.stop()


def _link_project(folder: Path) -> None:
    """The project's files seen from `folder`, but with a `build` of its own: what runs there writes only there."""
    for path in PROJECT.iterdir():
        if path.name != "build" and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    (folder / "build").mkdir(exist_ok=True)
    (folder / "build" / "nlu").symlink_to(PROJECT / "build" / "nlu")


def _variables(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"GUIDEBOT_{name.upper()}": value for name, value in settings.items()}


def _commands() -> dict[str, list[str]]:
    """Arguments for Python, by process: the lines of the Procfile, with `guidebot` run by this very Python."""
    lines = (line.split() for line in (PROJECT / "Procfile").read_text().splitlines())
    return {name.rstrip(":"): ["-m", "bot.cli", *rest] for name, _guidebot, *rest in lines}
