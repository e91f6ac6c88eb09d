"""What speaks against teaching a wording as it is about to be taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.learn.decide.decide import doubles
from bot.learn.decide.verdict import Kind, Verdict
from bot.learn.mine.config import MiningConfig
from bot.settings import Settings
from index.engine import Engine, Scores
from index.thresholds import Thresholds


class Doubted(StrEnum):
    """Why to look again."""

    DOUBLE = "double"  # nearly a written question of another guide
    DOUBT = "doubt"  # the ranker is for another guide
    IDLE = "idle"  # answered so today: it teaches nothing


@dataclass(frozen=True)
class Warned:
    """A wording, why it is doubted, which guide speaks against it, and the written question or the probability."""

    text: str
    why: Doubted
    guide: str
    other: str | None = None
    probability: float | None = None


def warnings(texts: Sequence[str], verdict: Verdict, engine: Engine, settings: Settings) -> list[Warned]:
    """All that speaks against teaching these texts so, text by text."""
    if verdict.kind not in (Kind.GUIDE, Kind.OUT_OF_SCOPE, Kind.INTENT, Kind.NEW_INTENT):
        return []
    data = settings.data_dir
    mining, thresholds = MiningConfig.load(data / "learning.yml"), Thresholds.load(data / "thresholds.yml")
    near = [Warned(text, Doubted.DOUBLE, guide, other) for text, other, guide in doubles(texts, verdict, settings)]
    scored = zip(texts, engine.scores(texts), strict=True)
    against = [_against(text, verdict, scores, mining.doubtful, thresholds.answer) for text, scores in scored]
    found = [*near, *filter(None, against)]
    return sorted(found, key=lambda one: texts.index(one.text))


def _against(text: str, verdict: Verdict, scores: Scores, doubtful: float, answer: float) -> Warned | None:
    best = max(scores.guides, key=lambda guide: scores.guides[guide], default=None)
    if best is None:
        return None
    probability = scores.guides[best]
    if verdict.kind is Kind.GUIDE and best == verdict.about:
        return Warned(text, Doubted.IDLE, best, None, round(probability, 4)) if probability >= answer else None
    return Warned(text, Doubted.DOUBT, best, None, round(probability, 4)) if probability >= doubtful else None
