"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def state() -> dict[str, Any]:
    """Processor, cores, memory and what else the machine was busy with just now."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _first(Path("/proc/cpuinfo"), r"model name\s*:\s*(.+)"),
        "cores": os.cpu_count(),
        "memory_gb": round(int(_first(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)") or 0) / 1e6, 1),
        "python": platform.python_version(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "commit": _commit(),
    }


def _first(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text()) if path.is_file() else None
    return found[1].strip() if found else ""


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip()
