"""Pooling trusts the evidence that informs, and makes probabilities of it."""

from __future__ import annotations

import numpy as np
import pytest

from index.linear import log_softmax
from index.pooling import learn_weights, pool

KINDS = 4


def evidence_of(truth: np.ndarray, informative: int) -> np.ndarray:
    """Log probabilities of all kinds: one kind mostly knows the truth, the others say anything."""
    random = np.random.default_rng(3)
    logits = random.normal(0, 2, (KINDS, *truth.shape)).astype(np.float32)
    logits[informative] += 3 * truth
    return np.stack([log_softmax(kind) for kind in logits])


@pytest.mark.parametrize("informative", range(KINDS))
def test_weights_trust_the_evidence_that_informs(informative: int) -> None:
    truth = np.eye(4, dtype=bool)[np.arange(120) % 4]
    weights = learn_weights(evidence_of(truth, informative), truth)
    assert (weights >= 0).all()
    assert weights.argmax() == informative
    assert np.delete(weights, informative).max() < weights[informative] / 3


def test_question_that_fits_two_classes_may_be_either() -> None:
    both = np.zeros((60, 4), bool)
    both[:, :2] = True
    first = np.eye(4, dtype=bool)[np.arange(60) % 2]
    knows = evidence_of(first, informative=0)
    assert learn_weights(knows, both)[0] > 0.3
    assert learn_weights(knows, first)[0] > 0.3


def test_pooled_probabilities_sum_to_one_and_weight_nought_is_silence() -> None:
    random = np.random.default_rng(5)
    evidence = random.normal(size=(4, 6, 3)).astype(np.float32)
    mixed = pool(evidence, np.array([1, 0, 2, 0], np.float32))
    np.testing.assert_allclose(mixed.sum(axis=1), 1, atol=1e-5)
    evidence[1] += 50 * random.normal(size=(6, 3))
    np.testing.assert_allclose(pool(evidence, np.array([1, 0, 2, 0], np.float32)), mixed, atol=1e-6)
