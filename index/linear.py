"""Multinomial logistic regression as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.descent import Function, minimise
from index.e5 import Floats

FLOOR = 1e-6
RARE = 0.5  # of the mean class's examples
TOLERANCE = 1e-2  # of the slope, at which the fit is good enough


@dataclass(frozen=True)
class Linear:
    """Coefficients f32[classes, features] and intercepts f32[classes]."""

    weights: Floats
    intercepts: Floats

    def __post_init__(self) -> None:
        # Feature by feature in memory: every question is multiplied with the transpose, which SciPy would else copy.
        object.__setattr__(self, "weights", np.asfortranarray(self.weights))

    @classmethod
    def train(cls, features: Any, labels: npt.NDArray[np.int64], c: float, iterations: int) -> Linear:
        """`labels` are 0 … classes - 1, each at least once; `c` is the inverse of the L2 penalty."""
        classes = int(labels.max()) + 1
        if classes == 1:  # nothing to tell apart
            return cls(np.zeros((1, features.shape[1]), np.float32), np.zeros(1, np.float32))
        start = np.zeros((features.shape[1] + 1) * classes, np.float32)
        found = minimise(_loss(features, labels, c), start, iterations, TOLERANCE).reshape(-1, classes)
        return cls(found[:-1].T, found[-1] + _redress(np.bincount(labels)))

    @classmethod
    def train_standardised(cls, features: Floats, labels: npt.NDArray[np.int64], c: float, iterations: int) -> Linear:
        """The same on centred and scaled features, folded back: e5's cosines all lie between 0.7 and 1."""
        mean, scale = features.mean(axis=0), features.std(axis=0) + FLOOR
        inner = cls.train((features - mean) / scale, labels, c, iterations)
        weights = inner.weights / scale
        return cls(weights, inner.intercepts - weights @ mean)

    def log_probabilities(self, features: Any) -> Floats:
        """f32[rows, classes]."""
        return log_softmax(np.asarray(features @ self.weights.T) + self.intercepts)


def log_softmax(logits: Floats) -> Floats:
    """Row by row, f32, without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)


def _redress(counts: npt.NDArray[np.int64]) -> Floats:
    """What a rare class is raised by, so that its few examples do not speak against it.

    Logit adjustment (Menon et al. 2020, arXiv:2007.07314), for rare classes alone: a guide with three questions is no
    less likely to be asked for than one with a hundred, but what is out of scope is asked about most.
    """
    share = counts / counts.mean()
    return np.where(share < RARE, -np.log(np.maximum(share, FLOOR)), 0).astype(np.float32)


def _loss(features: Any, labels: npt.NDArray[np.int64], c: float) -> Function:
    """The penalised negative log likelihood of coefficients f32[features + 1, classes], the last row the intercepts."""
    counts = np.bincount(labels)
    # Between equal weights and balanced ones: what is out of scope has by far the most examples, and is likelier.
    weights = ((counts.mean() / counts) ** 0.5)[labels].astype(np.float32)
    transposed = features.T.tocsr() if hasattr(features, "tocsr") else np.ascontiguousarray(features.T)
    rows, penalty = np.arange(len(labels)), np.float32(1 / c)

    def loss(point: Floats) -> tuple[float, Floats]:
        both = point.reshape(-1, len(counts))
        shares = log_softmax(features @ both[:-1] + both[-1])
        missed = -float(weights.astype(np.float64) @ shares[rows, labels])
        np.exp(shares, out=shares)
        shares[rows, labels] -= 1
        shares *= weights[:, None]
        slope = np.vstack([transposed @ shares + penalty * both[:-1], shares.sum(axis=0)])
        return missed + float(penalty) / 2 * float(np.vdot(both[:-1], both[:-1])), slope.ravel()

    return loss
