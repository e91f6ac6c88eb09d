"""Processes that the learning starts for a while: on ports of this machine that nobody uses, and ended for certain."""

from __future__ import annotations

import socket
import subprocess
from typing import Any

LOCAL = "127.0.0.1"
STOP_S = 20.0


def free_ports(count: int) -> list[int]:
    """Ports that were free just now; all held at once, so that none comes twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((LOCAL, 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def end(process: subprocess.Popen[Any]) -> None:
    """End a process, by force where it does not go in time; return once it is gone."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)
