"""Search by meaning as the book grows: vectors like today's, a flat index against HNSW."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np

from bench.assistants import PROJECT
from bench.measure import OURS, PEER, Figure, Measure, quantile
from index.e5 import Floats

SEED = 3
LINKS, EFFORT_BUILD, EFFORT_SEARCH = 32, 100, 64  # HNSW's M, efConstruction and efSearch
TOP = 10
NOISE = 0.02  # of a coordinate: cosines of neighbours come out as those of today's questions do


@dataclass(frozen=True)
class Extent:
    """How many vectors, and how many questions are searched for."""

    sizes: Sequence[int]
    queries: int


FULL = Extent((1_000, 10_000, 100_000), 500)
QUICK = Extent((1_000,), 50)


def measure(extent: Extent) -> list[Measure]:
    """Building, searching and recall by size; `ours` is flat, `peer` HNSW."""
    return [one for size in extent.sizes for one in _at(size, extent.queries)]


def _at(size: int, queries: int) -> list[Measure]:
    vectors = like_todays(size + queries)
    stored, asked = vectors[:size], vectors[size:]
    flat, flat_s = _built(lambda: faiss.IndexFlatIP(stored.shape[1]), stored)
    near, near_s = _built(lambda: _hnsw(stored.shape[1]), stored)
    exact, flat_ms = _searched(flat, asked)
    found, near_ms = _searched(near, asked)
    name = f"{size:,} vectors"
    return [
        Measure(f"{name}, index built", "s", {OURS: Figure(flat_s), PEER: Figure(near_s)}, 1),
        Measure(f"{name}, search", "ms", {OURS: quantile(flat_ms), PEER: quantile(near_ms)}, queries),
        Measure(
            f"{name}, recall of the best {TOP}",
            "%",
            {OURS: Figure(100.0), PEER: Figure(100 * recall(exact, found))},
            queries,
        ),
    ]


def like_todays(count: int) -> Floats:
    """Unit vectors f32[count, dimension] between pairs of today's examples, with some noise."""
    today = faiss.read_index(str(PROJECT / "index/build/vectors.faiss"))
    known = today.reconstruct_n(0, today.ntotal)
    random = np.random.default_rng(SEED)
    left, right = (known[random.integers(len(known), size=count)] for _ in range(2))
    share = random.random((count, 1), dtype=np.float32)
    mixed = share * left + (1 - share) * right
    mixed += NOISE * random.standard_normal(mixed.shape, dtype=np.float32)
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32)


def recall(exact: Any, found: Any) -> float:
    """Share of the nearest that were found; both are ids i64[queries, TOP]."""
    return float(np.mean([len(set(one) & set(other)) / len(one) for one, other in zip(exact, found, strict=True)]))


def _hnsw(dimension: int) -> Any:
    index = faiss.IndexHNSWFlat(dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = EFFORT_BUILD, EFFORT_SEARCH
    return index


def _built(make: Callable[[], Any], vectors: Floats) -> tuple[Any, float]:
    began = time.perf_counter()
    index = make()
    index.add(vectors)
    return index, time.perf_counter() - began


def _searched(index: Any, asked: Floats) -> tuple[Any, list[float]]:
    """The ids of the nearest, and what each search took in milliseconds, one question at a time."""
    ids, took = [], []
    for question in asked:
        began = time.perf_counter()
        ids.append(index.search(question[None], TOP)[1][0])
        took.append(1000 * (time.perf_counter() - began))
    return np.array(ids), took
