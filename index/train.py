"""Training the ranker: out-of-fold evidence by cross-fitting, the weights it supports, then the classifiers on all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from index.corpus import Example
from index.e5 import Floats
from index.evidence import Neighbours, gather
from index.pooling import learn_weights, pool
from index.rank import KINDS, Ranker, RankerConfig
from index.search import VectorIndex, WordIndex
from index.views import Facets

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Training:
    """Examples with their embeddings f32[n, dimension], and the facets of the guides that they stand for."""

    examples: Sequence[Example]
    vectors: Floats
    facets: Facets

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.examples]

    @property
    def labels(self) -> list[str]:
        return [example.label for example in self.examples]

    @property
    def asked(self) -> npt.NDArray[np.bool_]:
        """Which of them people ask; the others are the guides' own words."""
        return np.array([example.asked for example in self.examples])

    def subset(self, rows: npt.NDArray[np.int64]) -> Training:
        return Training([self.examples[row] for row in rows], self.vectors[rows], self.facets)


Encode = Callable[[int, Training], Floats]


@dataclass(frozen=True)
class CrossFit:
    """Evidence about each asked example from models that had not seen its text, and what was meant."""

    labels: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    evidence: Floats  # [KINDS, rows, labels]
    truth: npt.NDArray[np.bool_]  # [rows, labels]
    written: npt.NDArray[np.bool_]  # [rows]: a guide's written question, not one that belongs to no guide

    def accuracy(self, weights: Floats, top: int = 1) -> float:
        """Share of questions whose meaning is among the `top` likeliest classes."""
        return float(self._right(weights, top).mean())

    def _right(self, weights: Floats, top: int) -> npt.NDArray[np.bool_]:
        best = np.argsort(-pool(self.evidence, weights), axis=1)[:, :top]
        return np.asarray(np.take_along_axis(self.truth, best, axis=1).any(axis=1))

    def figures(self, weights: Floats) -> dict[str, Any]:
        """Share of right classes at rank 1 and 3, all evidence together and each kind alone."""
        one_kind = np.eye(len(KINDS), dtype=np.float32)
        return {
            "examples": len(self.rows),
            "cross_fit": {f"right@{top}": round(self.accuracy(weights, top), 4) for top in (1, 3)},
            "written": {
                f"right@{top}": round(float(self._right(weights, top)[self.written].mean()), 4) for top in (1, 3)
            },
            "alone": {kind: round(self.accuracy(one_kind[row]), 4) for row, kind in enumerate(KINDS)},
        }


def neighbours_of(training: Training, labels: Sequence[str]) -> Neighbours:
    """Search indexes over the training examples."""
    numbers = {label: number for number, label in enumerate(labels)}
    owners = np.array([numbers[label] for label in training.labels])
    return Neighbours(VectorIndex.build(training.vectors), WordIndex.build(training.texts), owners)


def cross_fit(
    training: Training, config: RankerConfig, folds: int, progress: Progress, encode: Encode | None = None
) -> CrossFit:
    """Hold every asked text out once; equal texts (one that fits several siblings) are held out together.

    `encode` gives the embeddings of all examples by an encoder that was tuned for a fold (1, 2, …) on the examples
    that are not held out in it; without it they are those of `training`, of an encoder that saw none of the texts.
    """
    rows = np.flatnonzero(training.asked)
    groups = np.unique(np.array(training.texts)[rows], return_inverse=True)[1]
    labels = tuple(sorted(set(training.labels)))
    evidence = np.zeros((len(KINDS), len(rows), len(labels)), np.float32)
    for fold, (_, held) in enumerate(GroupKFold(folds).split(rows, groups=groups), 1):
        progress(f"交叉验证 {fold}/{folds}")
        others = np.setdiff1d(np.arange(len(training.examples)), rows[held])
        own = replace(training, vectors=encode(fold, training.subset(others))) if encode else training
        seen, asked = own.subset(others), own.subset(rows[held])
        ranker = _trained(seen, config, np.ones(len(KINDS), np.float32))
        evidence[:, held] = gather(ranker, neighbours_of(seen, labels), asked.texts, asked.vectors)
    written = np.array([training.examples[row].kind == "question" for row in rows])
    return CrossFit(labels, rows, evidence, truth_of(training, rows, labels), written)


def truth_of(training: Training, rows: npt.NDArray[np.int64], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """bool[rows, labels]: every class under which an example's very text stands."""
    meanings: dict[str, set[str]] = {}
    for example in training.examples:
        meanings.setdefault(example.text, set()).add(example.label)
    return np.array([[label in meanings[training.examples[row].text] for label in labels] for row in rows])


def train_ranker(
    training: Training, config: RankerConfig, folds: int, progress: Progress
) -> tuple[Ranker, dict[str, Any]]:
    """The ranker trained on everything, weighed by what cross-fitting showed, and that in figures."""
    fit = cross_fit(training, config, folds, progress)
    weights = learn_weights(fit.evidence, fit.truth)
    return weighed_ranker(training, config, weights, progress), fit.figures(weights)


def weighed_ranker(training: Training, config: RankerConfig, weights: Floats, progress: Progress) -> Ranker:
    """The ranker trained on everything, its evidence weighed as is known already."""
    progress("训练排序器")
    return _trained(training, config, weights)


def _trained(training: Training, config: RankerConfig, weights: Floats) -> Ranker:
    return Ranker.train(training.texts, training.vectors, training.labels, training.facets, config, weights)
