"""A release running by itself on free ports of this machine, with nothing of the live one touched."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.learn.problem import LearnError
from bot.learn.processes import LOCAL, end, free_ports
from bot.learn.quiet import quiet_environment
from bot.learn.release.store import Release

START_S = 240.0
TURN_S = 60.0  # a case is not lost because the machine is busy: how long turns take is measured
KEY_SHOWN = "  headers:\n    Authorization: Bearer ${GUIDEBOT_INTERNAL_KEY}\n"  # below an entry of endpoints.yml
_GLANCE_S = 0.25
_TAIL = 15


@dataclass(frozen=True)
class Assistant:
    """A running release, asked over Rasa's REST channel."""

    http: httpx.Client

    def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        """The messages of its reply."""
        response = self.http.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        messages: list[dict[str, Any]] = response.json()
        return messages


@contextmanager
def running(release: Release) -> Iterator[Assistant]:
    """Rasa and the actions of a release, ready to answer. LearnError `not_started` with the end of what they wrote."""
    actions, rasa = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        folder = Path(name)
        endpoints = folder / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: http://{LOCAL}:{actions}/webhook\n{KEY_SHOWN}")
        commands = {
            "actions": ["-m", "actions.serve", "--host", LOCAL, "--port", str(actions)],
            "rasa": [
                *("-m", "rasa", "run", "-i", LOCAL, "-p", str(rasa), "--model", str(release.model)),
                *("--endpoints", str(endpoints), "--credentials", "credentials.yml"),
            ],
        }
        key = secrets.token_hex(16)
        environ = environment(release, key)
        processes = {one: _start(command, folder / one, environ) for one, command in commands.items()}
        urls = {"actions": f"http://{LOCAL}:{actions}/health", "rasa": f"http://{LOCAL}:{rasa}/"}
        try:
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=urls["rasa"], headers=headers, timeout=60, trust_env=False) as http:
                _wait(processes, urls, http, folder)
                yield Assistant(http)
        finally:
            for process in reversed(processes.values()):
                end(process)


def environment(release: Release, key: str) -> dict[str, str]:
    """Everything out of the release; what credentials.yml asks for is always there."""
    own = {"GUIDEBOT_INTERNAL_KEY": key, "GUIDEBOT_TURN_TIMEOUT_S": str(TURN_S), "GUIDEBOT_LOG_LEVEL": "warning"}
    return quiet_environment({**os.environ, **release.variables(), **own, "PYTHONUNBUFFERED": "1"})


def _start(command: list[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, *command], env=environ, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )


def _wait(
    processes: Mapping[str, subprocess.Popen[bytes]], urls: Mapping[str, str], http: httpx.Client, folder: Path
) -> None:
    deadline = time.monotonic() + START_S
    while not all(_answers(http, url) for url in urls.values()):
        ended = next((name for name, process in processes.items() if process.poll() is not None), None)
        if ended or time.monotonic() > deadline:
            log = (folder / (ended or "rasa")).read_text(encoding="utf-8", errors="replace")
            raise LearnError("not_started", name=ended or "rasa", tail="\n".join(log.splitlines()[-_TAIL:]))
        time.sleep(_GLANCE_S)


def _answers(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
