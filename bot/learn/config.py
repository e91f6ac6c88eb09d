"""Files of numbers and words that a dataclass names one by one: nothing missing, nothing unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from bot.learn.problem import LearnError


def values_of(kind: type, path: Path) -> dict[str, Any]:
    """The file's values for the fields of a dataclass. LearnError naming what is missing or unknown."""
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = {field.name for field in fields(kind)}
    if not isinstance(values, Mapping) or (wrong := names.symmetric_difference(values)):
        raise LearnError("bad_config", file=path, names="、".join(sorted(wrong)) if values else "")
    return dict(values)
