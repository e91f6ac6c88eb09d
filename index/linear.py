"""Multinomial logistic regression as plain arrays: trained by scikit-learn, kept and used without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from index.e5 import Floats

FLOOR = 1e-6


@dataclass(frozen=True)
class Linear:
    """Coefficients f32[classes, features] and intercepts f32[classes]."""

    weights: Floats
    intercepts: Floats

    def __post_init__(self) -> None:
        # Lies in memory feature by feature: every question is multiplied with the transpose, and SciPy would copy all of
        # it each time to have it so.
        object.__setattr__(self, "weights", np.asfortranarray(self.weights))

    @classmethod
    def train(cls, features: Any, labels: npt.NDArray[np.int64], c: float, iterations: int) -> Linear:
        """`labels` are 0 … classes - 1, each at least once; `c` is the inverse of the L2 penalty."""
        counts = np.bincount(labels)
        if len(counts) == 1:  # nothing to tell apart
            return cls(np.zeros((1, features.shape[1]), np.float32), np.zeros(1, np.float32))
        # Between equal weights and balanced ones: what is out of scope has by far the most examples, and is likelier.
        weights = {label: (counts.mean() / count) ** 0.5 for label, count in enumerate(counts)}
        model = LogisticRegression(C=c, max_iter=iterations, class_weight=weights, tol=1e-2)
        model.fit(features, labels)
        coefficients, intercepts = model.coef_, model.intercept_
        if len(counts) == 2:  # scikit-learn keeps one row for two classes
            coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.r_[-intercepts, intercepts] / 2
        return cls(coefficients.astype(np.float32), intercepts.astype(np.float32))

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
