"""An assistant under measurement: its processes, when they are ready, what memory they take."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.learn.processes import end

START_S = 300.0  # a stock model of half a gigabyte on a busy machine
GLANCE_S = 0.1
TAIL = 2000
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class BenchError(Exception):
    """Something that is measured does not run; the message ends with what it wrote."""


@dataclass(frozen=True)
class Plan:
    """How an assistant is started: arguments for Python by process, and what answers 200 once it is ready."""

    name: str
    folder: Path
    environ: Mapping[str, str]
    commands: Mapping[str, Sequence[str]]
    ready: Sequence[str]
    headers: Mapping[str, str]
    url: str


@dataclass(frozen=True)
class Running:
    """A running assistant; `ready_s` is how long that took."""

    plan: Plan
    processes: Mapping[str, subprocess.Popen[bytes]]
    ready_s: float

    def memory_mb(self) -> dict[str, float]:
        """By process what it and its children take, shared pages by share."""
        return {name: sum(map(_pss_mb, _family(process.pid))) for name, process in self.processes.items()}


@contextmanager
def started(plan: Plan) -> Iterator[Running]:
    """The assistant, ready. BenchError where a process ends before, or it takes too long."""
    processes: dict[str, subprocess.Popen[bytes]] = {}
    began = time.perf_counter()
    try:
        for name, command in plan.commands.items():
            with (plan.folder / f"{name}.log").open("wb") as log:
                processes[name] = subprocess.Popen(
                    [sys.executable, *command],
                    cwd=plan.folder,
                    env=dict(plan.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        _wait(plan, processes)
        yield Running(plan, processes, time.perf_counter() - began)
    finally:
        for process in reversed(processes.values()):
            end(process)


def _wait(plan: Plan, processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_S
    with httpx.Client(trust_env=False, timeout=5, headers=dict(plan.headers)) as client:
        while not all(_answers(client, url) for url in plan.ready):
            ended = next((name for name, process in processes.items() if process.poll() is not None), None)
            if ended or time.monotonic() > deadline:
                log = (plan.folder / f"{ended or 'rasa'}.log").read_text(errors="replace")
                raise BenchError(f"{plan.name}: {ended or 'rasa'} does not get ready:\n{log[-TAIL:]}")
            time.sleep(GLANCE_S)


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _pss_mb(pid: int) -> float:
    found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def run_timed(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> list[tuple[float, str]]:
    """The lines that a command of Python's writes, each with the seconds since its start; the last is its end.

    BenchError where it fails.
    """
    began, lines = time.perf_counter(), []
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append((time.perf_counter() - began, line.rstrip()))
    if process.returncode:
        raise BenchError(f"{' '.join(command)} failed:\n" + "\n".join(line for _at, line in lines)[-TAIL:])
    return [*lines, (time.perf_counter() - began, "")]
