"""Weighing kinds of evidence together: log-linear pooling (Genest & Zidek 1986), its weights learned out of fold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from index.e5 import Floats
from index.linear import log_softmax


def pool(evidence: Floats, weights: Floats) -> Floats:
    """Probabilities f32[questions, classes] from evidence f32[kinds, questions, classes] and a weight a kind."""
    return np.exp(log_softmax(np.tensordot(weights, evidence, axes=1)))


def learn_weights(evidence: Floats, truth: npt.NDArray[np.bool_]) -> Floats:
    """The non-negative weights f32[kinds] under which out-of-fold evidence makes the truth likeliest.

    `truth` is bool[questions, classes]; a question that fits several guides counts their probabilities together.
    """

    exact = evidence.astype(np.float64)  # the search for the minimum loses its way in single precision

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = np.tensordot(weights, exact, axes=1)
        right = np.where(truth, logits, -np.inf)
        slope = softmax(logits, axis=1) - softmax(right, axis=1)
        missed = logsumexp(logits, axis=1) - logsumexp(right, axis=1)
        return float(missed.mean()), np.einsum("kqc,qc->k", exact, slope) / len(truth)

    start = np.full(evidence.shape[0], 1 / evidence.shape[0])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 100.0)] * len(start))
    return np.asarray(found.x, dtype=np.float32)
