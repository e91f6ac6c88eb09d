"""What the machine offers: Python, the packages of the lock file, and who holds a port."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LOCK = Path("requirements.lock")
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")
_LISTENING = "0A"  # in /proc/net/tcp


def pins(lock: str) -> dict[str, str]:
    """The versions that a lock file names, by package."""
    return {match[1]: match[2] for line in lock.splitlines() if (match := _PIN.match(line))}


def wrong_packages(wanted: dict[str, str]) -> tuple[list[str], list[str]]:
    """Packages that are not installed, and "name installed≠wanted" of those in another version."""
    missing, other = [], []
    for name, pinned in wanted.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        if here.partition("+")[0] != pinned.partition("+")[0]:  # torch's CPU build is 2.13.0+cpu
            other.append(f"{name} {here}≠{pinned}")
    return missing, other


def port_holder(port: int) -> str:
    """Name and id of the process that listens on a TCP port; empty where the system does not tell."""
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(table, port)}
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        if sockets & set(_handles(process)):
            return f"{(process / 'comm').read_text().strip()} {process.name}"
    return ""


def _handles(process: Path) -> Iterator[str]:
    """What the process has open; nothing of another user's process, or of one that has just ended."""
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                yield str(handle.readlink())


def _listening(table: str, port: int) -> list[str]:
    try:
        lines = Path("/proc/net", table).read_text().splitlines()[1:]
    except OSError:  # not Linux
        return []
    rows = [line.split() for line in lines]
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]
