"""The ranker tells toy classes apart, is the same after it was saved, and trusts the evidence that informs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.rank import KINDS, CharFeatures, Linear, Ranker, RankerConfig, learn_weights, log_softmax, pool

CLASSES = ("泳帽", "泳票", "泳池")
TEXTS = [f"{name}{end}" for name in CLASSES for end in ("丢了", "怎么办", "在哪里", "要钱吗")]
LABELS = [text[:2] for text in TEXTS]


def vectors_of(labels: list[str], noise: float = 0.1) -> np.ndarray:
    """Vectors near an axis a class, all with a large share in common, as e5's have."""
    random = np.random.default_rng(7)
    centres = np.eye(len(CLASSES), 8, dtype=np.float32) * 0.3 + 5
    rows = [centres[CLASSES.index(label)] + random.normal(0, noise, 8) for label in labels]
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    weights = np.array([1.0, 0.5, 0.2, 0.0], np.float32)
    return Ranker.train(TEXTS, vectors_of(LABELS, 0.02), LABELS, RankerConfig(dense_c=10), weights)


def test_both_classifiers_learn_the_classes(ranker: Ranker) -> None:
    evidence = ranker.classify(["泳池啥时候开", "我的泳帽"], vectors_of(["泳池", "泳帽"], 0))
    assert evidence.shape == (2, 2, 3)
    for kind in evidence:
        assert [ranker.labels[best] for best in kind.argmax(axis=1)] == ["泳池", "泳帽"]
    np.testing.assert_allclose(np.exp(evidence).sum(axis=2), 1, atol=1e-5)


def test_saved_ranker_gives_the_same_probabilities(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    loaded = Ranker.load(tmp_path)
    assert (loaded.labels, loaded.config) == (ranker.labels, ranker.config)
    asked, vectors = ["泳票停了", "泳池泳帽"], vectors_of(["泳票", "泳帽"])

    def probabilities(one: Ranker) -> np.ndarray:
        classified = one.classify(asked, vectors)
        return one.probabilities(np.concatenate([classified, np.ones_like(classified)]))

    np.testing.assert_allclose(probabilities(loaded), probabilities(ranker), atol=2e-3)
    assert {path.name for path in tmp_path.iterdir()} == {"ranker.json", "ranker.npz"}


def test_saved_ranker_holds_no_pickle(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    with np.load(tmp_path / "ranker.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"f"}


def test_standardising_is_folded_back_into_the_coefficients() -> None:
    vectors, labels = vectors_of(LABELS, 0.02), np.array([CLASSES.index(label) for label in LABELS])
    model = Linear.train_standardised(vectors, labels, c=10, iterations=200)
    mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    inner = Linear.train((vectors - mean) / scale, labels, c=10, iterations=200)
    expected = inner.log_probabilities((vectors - mean) / scale)
    np.testing.assert_allclose(model.log_probabilities(vectors), expected, atol=0.01)


def test_restored_features_count_as_the_learned_ones_did() -> None:
    features = CharFeatures((1, 2))
    features.fit(TEXTS)
    restored = CharFeatures.restore((1, 2), *features.state())
    np.testing.assert_allclose(restored(["泳帽没了"]).toarray(), features(["泳帽没了"]).toarray())


def test_log_softmax_of_large_numbers_does_not_overflow() -> None:
    rows = log_softmax(np.array([[1000, 1000, 0], [-1000, 0, 1000]], np.float32))
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, atol=1e-6)
    assert rows[0, 0] == pytest.approx(np.log(0.5))
    assert rows.dtype == np.float32


def evidence_of(truth: np.ndarray, informative: int) -> np.ndarray:
    """Log probabilities of all KINDS: one kind mostly knows the truth, the others say anything."""
    random = np.random.default_rng(3)
    logits = random.normal(0, 2, (len(KINDS), *truth.shape)).astype(np.float32)
    logits[informative] += 3 * truth
    return np.stack([log_softmax(kind) for kind in logits])


@pytest.mark.parametrize("informative", range(len(KINDS)))
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
