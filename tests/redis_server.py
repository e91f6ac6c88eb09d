"""A Redis of the tests' own on loopback, that can go away and come back with what it had."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.learn.processes import end, free_ports

LOCAL = "127.0.0.1"
START_S = 10.0


@dataclass
class RedisServer:
    """A server on a port of its own, with its files in `folder`."""

    folder: Path
    port: int
    processes: list[subprocess.Popen[Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://{LOCAL}:{self.port}/0"

    def start(self) -> None:
        """Return once it answers."""
        program = shutil.which("redis-server")
        assert program
        keeps = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        command = [program, "--port", str(self.port), "--bind", LOCAL, *keeps, "--dir", str(self.folder)]
        self.processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + START_S
        while not self._listens():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        """Return once it is gone."""
        end(self.processes.pop())

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOCAL, self.port)) == 0


def is_installed() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A server for a while."""
    server = RedisServer(folder, free_ports(1)[0])
    server.start()
    try:
        yield server
    finally:
        while server.processes:
            server.stop()
