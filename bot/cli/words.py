"""What the operator reads: data/cli.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).resolve().parents[2] / "data" / "cli.yml"


@cache
def words() -> Mapping[str, Any]:
    """All of data/cli.yml."""
    loaded: Mapping[str, Any] = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def find(key: str) -> Any:
    """What stands under a dotted key: a text or a mapping; None where there is nothing."""
    at: Any = words()
    for part in key.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at


def say(key: str, **blanks: object) -> str:
    """The text under a dotted key with its blanks filled. KeyError where there is none."""
    text = find(key)
    if not isinstance(text, str):
        raise KeyError(key)
    return text.format(**blanks).rstrip("\n")
