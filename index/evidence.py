"""What is known about a question before it is weighed: one array a kind of evidence, the same in training and use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.e5 import Floats
from index.rank import KINDS, Ranker
from index.search import Ids, VectorIndex, WordIndex, best_by_class

HITS = 200
SHARPNESS = np.float32(20)


@dataclass(frozen=True)
class Neighbours:
    """The examples as search indexes, and the class each of them belongs to (i64[examples])."""

    vectors: VectorIndex
    words: WordIndex
    owners: Ids

    def by_vector(self, vectors: Floats, classes: int) -> Floats:
        """f32[n, classes]: twenty times the cosine of the nearest example of each class (e5 spreads over 0.7 to 1)."""
        scores, ids = self.vectors.search(vectors, HITS)
        return SHARPNESS * best_by_class(scores, ids, self.owners, classes)

    def by_words(self, texts: Sequence[str], classes: int) -> Floats:
        """f32[n, classes]: BM25 of the best example of each class, as a share of the question's best (0 to 1)."""
        scores = self.words.scores(texts)
        order, starts, present = self._by_class
        best = np.zeros((len(texts), classes), np.float32)
        best[:, present] = np.maximum.reduceat(scores[:, order], starts, axis=1)
        return np.asarray(best / np.maximum(best.max(axis=1, keepdims=True), 1e-6), dtype=np.float32)

    @cached_property
    def _by_class(self) -> tuple[Ids, Ids, Ids]:
        """The examples' numbers class by class, where each class begins among them, and which classes they are."""
        order = np.argsort(self.owners, kind="stable")
        present, starts = np.unique(self.owners[order], return_index=True)
        return order, starts, present


def gather(ranker: Ranker, neighbours: Neighbours, texts: Sequence[str], vectors: Floats) -> Floats:
    """All evidence f32[KINDS, len(texts), classes]; `vectors` are the questions' embeddings f32[n, dimension].

    Neighbours that weigh nothing in `ranker` are not looked for: their evidence is 0.
    """
    classes = len(ranker.labels)
    weights = dict(zip(KINDS, ranker.weights, strict=True))
    none = np.zeros((len(texts), classes), np.float32)
    near = neighbours.by_vector(vectors, classes) if weights["neighbour"] else none
    words = neighbours.by_words(texts, classes) if weights["words"] else none
    return np.concatenate([ranker.classify(texts, vectors), near[None], words[None]])
