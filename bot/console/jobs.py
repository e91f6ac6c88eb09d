"""Long work: a command of `guidebot` in a process of its own, one at a time, its output kept to be looked at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Integer, String, Table, select

from bot.edge.journal import Journal, metadata, utc
from bot.learn.problem import LearnError
from bot.learn.processes import end

FOLDER = Path("build/console")
CUT_OFF = -1  # status of a job that ended with the console; a signal's is below zero too
COMMANDS: Mapping[str, Sequence[str]] = {
    "mine": ("learn", "mine"),
    "train": ("train",),
    "gate": ("release", "gate"),
    "compare": ("release", "compare"),
    "replay": ("release", "replay"),
}
_SHOWN = 200  # last lines
jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("about", String(64), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("status", Integer),  # exit code; CUT_OFF where it has none
)


@dataclass(frozen=True)
class Job:
    """A piece of work; `status` is None while it goes on."""

    id: int
    at: datetime
    by: str
    kind: str
    about: str
    status: int | None

    @property
    def state(self) -> str:
        """`running`, `done`, `failed`, or `cut_off` where it did not end by itself."""
        if self.status is None:
            return "running"
        return "cut_off" if self.status < 0 else "failed" if self.status else "done"


class Jobs:
    """Starts and follows jobs; `command` is what Python runs. Every method but `output` raises JournalError."""

    def __init__(self, journal: Journal, command: Sequence[str] = ("-m", "bot.cli")) -> None:
        self._journal = journal
        self._command = command
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: threading.Thread | None = None

    def start(self, kind: str, about: str, by: str) -> int:
        """The job's number. LearnError `job_running` while another one goes on."""
        with self._starting:
            if self._process is not None:
                raise LearnError("job_running")
            row = {"at": datetime.now(UTC), "by": by[:64], "kind": kind, "about": about}
            self._journal.write(jobs.insert().values(**row))
            number = int(self._journal.rows(select(jobs.c.id).order_by(jobs.c.id.desc()).limit(1))[0].id)
            arguments = [*self._command, *COMMANDS[kind], *([about] if about else [])]
            FOLDER.mkdir(parents=True, exist_ok=True)
            with _log(number).open("wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, *arguments],
                    env={**os.environ, "PYTHONUNBUFFERED": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # with all that it starts it can be ended
                )
            self._waiting = threading.Thread(target=self._follow, args=(number, self._process), daemon=True)
            self._waiting.start()
        return number

    def find(self, number: int) -> Job | None:
        """One by its number."""
        return next(map(_job, self._journal.rows(select(jobs).where(jobs.c.id == number))), None)

    def latest(self, most: int = 10) -> list[Job]:
        """The newest first."""
        return [_job(row) for row in self._journal.rows(select(jobs).order_by(jobs.c.id.desc()).limit(most))]

    def output(self, number: int) -> str:
        """The end of what a job wrote."""
        path = _log(number)
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return "\n".join(text.splitlines()[-_SHOWN:])

    def recover(self) -> None:
        """Mark what went on when the console ended last."""
        self._journal.write(_ended(jobs.c.status.is_(None), CUT_OFF))

    def stop(self) -> None:
        """End what goes on with all its processes, and wait until that is on record."""
        process, waiting = self._process, self._waiting
        if process is not None and waiting is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            end(process)
            waiting.join()

    def _follow(self, number: int, process: subprocess.Popen[bytes]) -> None:
        status = process.wait()
        try:
            self._journal.write(_ended(jobs.c.id == number, status))
        finally:
            self._process = None


def _ended(which: Any, status: int) -> Any:
    return jobs.update().where(which).values(ended_at=datetime.now(UTC), status=status)


def _log(number: int) -> Path:
    return FOLDER / f"job-{number}.log"


def _job(row: Any) -> Job:
    return Job(row.id, utc(row.at), row.by, row.kind, row.about, row.status)
