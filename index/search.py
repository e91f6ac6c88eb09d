"""Search over the examples: by meaning (FAISS) and by words (BM25 on jieba's), each giving the best hit a class."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.e5 import Floats

Ids = npt.NDArray[np.int64]


def best_by_class(scores: Floats, ids: Ids, owners: Ids, classes: int) -> Floats:
    """f32[questions, classes]: the best score of a class among the hits; classes without a hit get the lowest one.

    `scores` and `ids` are [questions, hits]; `owners` says which class an example belongs to.
    """
    best = np.repeat(scores.min(axis=1, keepdims=True), classes, axis=1)
    for row in range(len(scores)):
        np.maximum.at(best[row], owners[ids[row]], scores[row])
    return np.asarray(best, dtype=np.float32)


class VectorIndex:
    """A flat FAISS index by inner product: exact, and under a millisecond at this size."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Floats) -> VectorIndex:
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def search(self, vectors: Floats, hits: int) -> tuple[Floats, Ids]:
        """Cosines f32[n, hits] and examples' numbers i64[n, hits], best first."""
        scores, ids = self._index.search(vectors, min(hits, self._index.ntotal))
        return scores, ids

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        import faiss

        return cls(faiss.read_index(str(path)))


def words_of(text: str) -> list[str]:
    """Words and their parts as jieba's search mode cuts them, without white space and punctuation."""
    import jieba

    return [word for word in jieba.lcut_for_search(text) if word.strip() and word.isalnum()]


class WordIndex:
    """BM25 (Robertson & Zaragoza 2009) over jieba words, kept by bm25s as plain arrays."""

    def __init__(self, retriever: Any, count: int) -> None:
        self._retriever, self._count = retriever, count

    @classmethod
    def build(cls, texts: Sequence[str]) -> WordIndex:
        import bm25s

        retriever = bm25s.BM25()
        retriever.index([words_of(text) or [""] for text in texts], show_progress=False)
        return cls(retriever, len(texts))

    def scores(self, texts: Sequence[str]) -> Floats:
        """f32[len(texts), examples]; a question without a known word scores 0 everywhere."""
        known = self._retriever.vocab_dict
        rows = np.zeros((len(texts), self._count), np.float32)
        for row, text in enumerate(texts):
            numbers = [known[word] for word in words_of(text) if word in known]
            rows[row] = self._sums(numbers)
        return rows

    def _sums(self, words: list[int]) -> Floats:
        """f32[examples]: what bm25s has for each word, added up; its own way of adding takes ten times as long."""
        kept = self._retriever.scores
        spans = [slice(kept["indptr"][word], kept["indptr"][word + 1]) for word in words]
        if not spans:
            return np.zeros(self._count, np.float32)
        examples, scores = (np.concatenate([kept[name][span] for span in spans]) for name in ("indices", "data"))
        return np.bincount(examples, scores, self._count).astype(np.float32)

    def save(self, folder: Path) -> None:
        self._retriever.save(str(folder), show_progress=False)
        (folder / "count.json").write_text(json.dumps(self._count))

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        import bm25s

        return cls(bm25s.BM25.load(str(folder), mmap=False), json.loads((folder / "count.json").read_text()))
