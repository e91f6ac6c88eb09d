"""A PostgreSQL of our own for tests, on a socket in a folder of its own; none where none is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
BIN = Path(shutil.which("initdb") or (_INSTALLED[-1] / "initdb" if _INSTALLED else "nowhere")).resolve().parent
USER = "postgres"


def is_installed() -> bool:
    return (BIN / "initdb").exists()


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its URL. The server refuses to run as root: then it runs as the user whom Debian's package made."""
    if os.geteuid() == 0:
        for one in (folder, *folder.parents[:2]):
            one.chmod(0o755)
        shutil.chown(folder, USER)
    data = folder / "data"
    _run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "--no-sync")
    _run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -h '' -F", "start")
    try:
        yield f"postgresql://{USER}@/postgres?host={folder}"
    finally:
        _run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")


def _run(program: str, *arguments: str) -> None:
    user = USER if os.geteuid() == 0 else None
    command = [str(BIN / program), *arguments]
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)
