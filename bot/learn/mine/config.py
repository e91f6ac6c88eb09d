"""The numbers and words by which the log is mined; each is explained in data/learning.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from bot.learn.problem import LearnError


@dataclass(frozen=True)
class MiningConfig:
    """data/learning.yml."""

    worth: Mapping[str, float]
    margin: float
    again_s: float
    again_alike: float
    double: float
    apart: float
    least: int
    most_wordings: int
    chatter: float
    guide: float
    share: float
    out_of_scope: float
    talk: float
    shortest: int
    longest: int
    fillers: tuple[str, ...]
    trailing: str
    noise: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> MiningConfig:
        """LearnError naming what is missing or unknown."""
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = {field.name for field in fields(cls)}
        if not isinstance(values, Mapping) or (wrong := names.symmetric_difference(values)):
            raise LearnError("bad_config", file=path, names="、".join(sorted(wrong)) if values else "")
        lists = {name: tuple(values[name]) for name in ("fillers", "noise")}
        return cls(**{**values, **lists})
