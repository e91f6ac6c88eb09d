"""What processes and their children use: memory with shared pages divided among those that share them, and time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def megabytes(pids: Mapping[str, int]) -> dict[str, float]:
    """Memory by name."""
    return {name: sum(map(_megabytes, family)) for name, family in _families(pids).items()}


def cpu_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of a core by name, those of children that ended included."""
    return {name: sum(map(_cpu_seconds, family)) for name, family in _families(pids).items()}


def _families(pids: Mapping[str, int]) -> dict[str, list[int]]:
    parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
    return {name: [one for one in parents if pid in _line(one, parents)] for name, pid in pids.items()}


def _line(pid: int, parents: Mapping[int, int]) -> list[int]:
    line = []
    while pid:
        line.append(pid)
        pid = parents.get(pid, 0)
    return line


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return []


def _parent(process: Path) -> int:
    stat = _stat(process)
    return int(stat[1]) if stat else 0


def _cpu_seconds(pid: int) -> float:
    stat = _stat(Path(f"/proc/{pid}"))
    return sum(map(int, stat[11:15])) / _TICKS


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
