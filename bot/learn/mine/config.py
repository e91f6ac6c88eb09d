"""The numbers and words by which the log is mined; each is explained in data/learning.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.learn.config import values_of


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
    doubtful: float
    shortest: int
    longest: int
    fillers: tuple[str, ...]
    trailing: str
    noise: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> MiningConfig:
        """LearnError naming what is missing or unknown."""
        values = values_of(cls, path)
        lists = {name: tuple(values[name]) for name in ("fillers", "noise")}
        return cls(**{**values, **lists})
