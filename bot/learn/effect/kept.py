"""Everything that is taught today, with its embeddings: the kept questions that a decision might disturb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.book.guide import load_guides
from bot.learn.trained import last_trained
from bot.settings import Settings
from bot.text import normalise
from index.corpus import Example, load_corpus
from index.e5 import Floats
from index.engine import Engine
from index.train import Training

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Kept:
    """Today's examples, and the engine that was trained last, whether or not on all of them."""

    engine: Engine
    training: Training

    @classmethod
    def load(cls, settings: Settings) -> Kept:
        """Takes some seconds, more where much was decided since the last training. IndexProblem, CorpusError."""
        trained = last_trained(settings)
        engine = Engine.load(trained)
        guides = load_guides(settings.guides_dir)
        examples = load_corpus(guides, settings.data_dir)
        vectors = _vectors(engine, trained, examples)
        return cls(engine, Training(examples, vectors, {guide.id: guide.facets for guide in guides}))

    def embed(self, texts: Sequence[str]) -> Floats:
        """f32[n, dimension]."""
        return self.engine.encoder.queries([normalise(text) for text in texts])

    @cached_property
    def labels(self) -> npt.NDArray[np.str_]:
        """What each example means."""
        return np.array(self.training.labels)


def _vectors(engine: Engine, trained: Settings, examples: Sequence[Example]) -> Floats:
    """Those of the index where it has the text (its order is the corpus's of its day), new ones for the others."""
    import faiss

    stored = faiss.read_index(str(trained.index_dir / "vectors.faiss"))
    corpus = load_corpus(load_guides(trained.guides_dir), trained.data_dir)
    rows = {example.text: row for row, example in enumerate(corpus)}
    lacking = list({example.text for example in examples} - rows.keys())
    known = stored.reconstruct_n(0, stored.ntotal)
    fresh = engine.encoder.queries(lacking) if lacking else np.zeros((0, known.shape[1]), np.float32)
    places = {**rows, **{text: len(known) + row for row, text in enumerate(lacking)}}
    return np.asarray(np.concatenate([known, fresh])[[places[example.text] for example in examples]])
