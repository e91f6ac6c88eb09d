"""What a night's work may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.learn.config import values_of


@dataclass(frozen=True)
class NightlyConfig:
    """data/nightly.yml."""

    sources: list[str]
    promote: bool
    report_days: int
    keep_days: int
    keep_releases: int

    @classmethod
    def load(cls, path: Path) -> NightlyConfig:
        """LearnError naming what is missing or unknown."""
        return cls(**values_of(cls, path))
