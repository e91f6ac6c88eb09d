"""What the actions of one process share: settings, engine and judge, loaded once and read-only."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import yaml

from bot.desk.desk import Desk
from bot.settings import Settings
from index.decide import Judge
from index.engine import Engine, Scores
from index.facets import Signs
from index.thresholds import Thresholds


@dataclass(frozen=True)
class Shared:
    """The book, the index and the rules of decision."""

    settings: Settings
    engine: Engine
    judge: Judge
    sections: Mapping[str, str]  # section key or request → the words of its button
    signs: Signs
    desk: Desk

    def score(self, text: str) -> Scores:
        """How likely each guide is meant by a text."""
        return self.engine.scores([text])[0]

    def meant(self, text: str) -> Mapping[str, float]:
        """Evidence about the section that a text asks for, from its meaning."""
        return self.engine.section_evidence(text, self.judge.thresholds.meaning)

    def now(self) -> datetime:
        """The time in Shandong."""
        return self.settings.clock or datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)


def load(settings: Settings) -> Shared:
    """Everything under these settings; IndexProblem where it cannot be."""
    engine = Engine.load(settings)
    thresholds = Thresholds.load(settings.data_dir / "thresholds.yml")
    sections = yaml.safe_load((settings.data_dir / "sections.yml").read_text(encoding="utf-8"))
    signs = Signs.load(settings.data_dir / "signs.yml", engine.facets)
    desk = Desk.load(settings.data_dir / "desk.yml", engine.guides)
    judge = Judge(engine.guides, engine.facets, thresholds)
    return Shared(settings, engine, judge, {**sections, **desk.titles}, signs, desk)


@lru_cache(maxsize=1)
def _own() -> Shared:
    return load(Settings.from_env(os.environ))


_source: list[Callable[[], Shared]] = [_own]


def shared() -> Shared:
    """What the call under way works with; where nothing else is set, loaded on the first call and kept."""
    return _source[-1]()


def serve_from(source: Callable[[], Shared]) -> None:
    """Let `source` say from now on what a call works with."""
    _source[:] = [source]
