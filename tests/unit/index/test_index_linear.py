"""Our fit is scikit-learn's logistic regression, and what minimises it finds the minimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from index.descent import minimise
from index.linear import Linear

ROWS, FEATURES, CLASSES = 120, 8, 3


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    features = random.standard_normal((ROWS, FEATURES)).astype(np.float32)
    return features, (features[:, :CLASSES] + random.standard_normal((ROWS, CLASSES))).argmax(axis=1)


@pytest.mark.parametrize("of", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_it_is_scikit_learns(data: tuple[np.ndarray, np.ndarray], of: type) -> None:
    features, labels = data
    counts = np.bincount(labels)
    weights = {label: (counts.mean() / count) ** 0.5 for label, count in enumerate(counts)}
    theirs = LogisticRegression(C=2.0, max_iter=500, class_weight=weights, tol=1e-5).fit(features, labels)
    ours = Linear.train(of(features), labels, c=2.0, iterations=500)
    found = np.exp(ours.log_probabilities(of(features)))
    np.testing.assert_allclose(found, theirs.predict_proba(features), atol=2e-3)


def test_two_classes_have_a_row_each(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = data
    model = Linear.train(features, np.minimum(labels, 1), c=2.0, iterations=200)
    assert model.weights.shape == (2, FEATURES)
    np.testing.assert_allclose(np.exp(model.log_probabilities(features)).sum(axis=1), 1, atol=1e-6)


def test_one_class_has_nothing_to_tell_apart(data: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = data
    model = Linear.train(features, np.zeros_like(labels), c=2.0, iterations=200)
    assert np.exp(model.log_probabilities(features)).tolist() == [[1.0]] * ROWS


def test_no_copy_of_the_coefficients_is_made_for_a_question(data: tuple[np.ndarray, np.ndarray]) -> None:
    model = Linear.train(*data, c=2.0, iterations=20)
    stored = Linear(np.ascontiguousarray(model.weights), model.intercepts)
    assert model.weights.T.flags.c_contiguous and stored.weights.T.flags.c_contiguous


def test_the_minimum_of_a_narrow_valley_is_found() -> None:
    steepness = np.geomspace(1, 1000, 20).astype(np.float32)
    goal = np.linspace(-1, 1, 20).astype(np.float32)

    def valley(point: np.ndarray) -> tuple[float, np.ndarray]:
        off = point - goal
        return float(steepness @ off**2) / 2, steepness * off

    found = minimise(valley, np.zeros(20, np.float32), iterations=200, tolerance=1e-3)
    np.testing.assert_allclose(found, goal, atol=2e-3)


def test_where_it_is_flat_already_nothing_moves() -> None:
    start = np.ones(3, np.float32)
    assert minimise(lambda point: (0.0, np.zeros_like(point)), start, 10, 1e-3) is start


def test_rare_class_is_no_less_likely_for_being_rare() -> None:
    random = np.random.default_rng(3)
    many, few = random.normal(0, 1, (200, 4)), random.normal(0, 1, (4, 4))  # nothing tells them apart
    labels = np.r_[np.zeros(100, np.int64), np.ones(100, np.int64), np.full(4, 2)]
    model = Linear.train(np.r_[many, few].astype(np.float32), labels, c=0.01, iterations=100)
    shares = np.exp(model.log_probabilities(np.zeros((1, 4), np.float32)))[0]
    assert shares[2] > 0.65 * shares[:2].mean()
