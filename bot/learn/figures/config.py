"""The numbers by which the log is counted; each is explained in data/figures.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.learn.config import values_of


@dataclass(frozen=True)
class FiguresConfig:
    """data/figures.yml."""

    pause_s: float
    top: int
    recent_days: int
    base_days: int
    least_recent: int
    least_base: int
    rise: float
    chance: float
    word_least: int
    word_z: float
    words_most: int

    @classmethod
    def load(cls, path: Path) -> FiguresConfig:
        """LearnError naming what is missing or unknown."""
        return cls(**values_of(cls, path))
