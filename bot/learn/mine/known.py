"""What the assistant knows already, as mining needs it: its engine, and the intents' examples as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.learn.mine.grouping import centred
from bot.learn.nlu import spoken_texts
from bot.settings import Settings
from bot.text import normalise
from index.build import untuned_encoder
from index.corpus import OUT_OF_SCOPE, SECTIONS
from index.e5 import Floats
from index.encoder import Encoder
from index.engine import Engine, Scores

_AT_ONCE = 500
_NEIGHBOURS = 5
ABOUT_GUIDES = {*SECTIONS, "inform", "correct"}  # intents that say nothing by themselves


class Remembering:
    """An Encoder that embeds each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Floats] = {}

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def queries(self, texts: Sequence[str]) -> Floats:
        lacking = sorted({text for text in texts if text not in self._vectors})
        self._vectors.update(zip(lacking, self._encoder.queries(lacking), strict=True))
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([self._vectors[text] for text in texts])

    def passages(self, texts: Sequence[str]) -> Floats:
        return self._encoder.passages(texts)


@dataclass(frozen=True)
class Known:
    """The engine, and the talk that it knows: intents' examples f32[n, dimension], centred, and the middle of all.

    Wordings are put together by `encoder`, which was tuned on none of them: a tuned one takes what is new for what it
    knows.
    """

    engine: Engine
    encoder: Encoder
    middle: Floats
    vectors: Floats
    intents: tuple[str, ...]
    texts: frozenset[str]  # that are taught already

    @classmethod
    def load(cls, settings: Settings, engine: Engine | None = None) -> Known:
        """Takes half a minute for the examples. IndexProblem where there is no index of today's data."""
        engine = engine or Engine.load(settings)
        engine = replace(engine, encoder=Remembering(engine.encoder))
        encoder = Remembering(untuned_encoder(settings, lambda step: None))
        spoken = {text: intent for text, intent in spoken_texts(settings.data_dir / "nlu").items() if text}
        talk = {text: intent for text, intent in spoken.items() if intent not in ABOUT_GUIDES}
        titles = [normalise(guide.title) for guide in engine.guides.values()]
        raw = encoder.queries([*talk, *titles])
        middle = raw.mean(axis=0)
        written = {
            normalise(line.partition("\t")[0])
            for path in sorted((settings.data_dir / "questions").glob("g*.txt"))
            for line in path.read_text(encoding="utf-8").splitlines()
        }
        vectors = centred(raw[: len(talk)], middle)
        return cls(engine, encoder, middle, vectors, tuple(talk.values()), frozenset({*spoken, *written}))

    def embed(self, texts: Sequence[str]) -> Floats:
        """f32[n, dimension], centred."""
        return centred(self.encoder.queries([normalise(text) for text in texts]), self.middle)

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """What the assistant makes of each text by itself."""
        parts = (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
        return [scores for part in parts for scores in self.engine.scores(part)]

    def nearest_intents(self, vectors: Floats, weights: Floats) -> list[tuple[str, float]]:
        """Intents by the mean cosine of the wordings to their nearest examples, nearest first."""
        cosines = vectors @ self.vectors.T
        found: dict[str, float] = {}
        for intent in sorted(set(self.intents)):
            own = cosines[:, np.array([one == intent for one in self.intents])]
            best = np.sort(own, axis=1)[:, -_NEIGHBOURS:].mean(axis=1)
            found[intent] = float((best * weights).sum() / weights.sum())
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def is_out_of_scope(intent: str) -> bool:
    """Whether the intent is the one of what stands in no guide."""
    return intent == OUT_OF_SCOPE
