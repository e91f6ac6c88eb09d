"""What the processor can do, as Linux tells it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TOLD = Path("/proc/cpuinfo")


@cache
def can(feature: str) -> bool:
    """Whether it has a feature, by its name among the flags; False where nothing is told."""
    return _TOLD.exists() and feature in _TOLD.read_text()
