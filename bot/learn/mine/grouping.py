"""Wordings that mean the same put together by their embeddings, and the one in the middle of each group."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.cluster import AgglomerativeClustering

from index.e5 import Floats


def centred(vectors: Floats, middle: Floats) -> Floats:
    """Unit vectors seen from the middle of all: e5's cosines lie between 0.7 and 1, these spread from -1 to 1."""
    moved = vectors - middle
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def grouped(vectors: Floats, apart: float) -> list[npt.NDArray[np.int64]]:
    """Rows by group: average-linkage clustering of unit vectors, cut where groups are `apart` (1 minus cosine)."""
    if len(vectors) < 2:
        return [np.arange(len(vectors))] if len(vectors) else []
    model = AgglomerativeClustering(None, affinity="cosine", linkage="average", distance_threshold=apart)
    labels = model.fit_predict(vectors)
    return [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]


def medoid(vectors: Floats, weights: Floats) -> int:
    """The row that is nearest to all others, each counted as often as it was said."""
    return int(np.argmax(vectors @ (weights[:, None] * vectors).sum(axis=0)))
