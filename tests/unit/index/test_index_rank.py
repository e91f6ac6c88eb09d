"""The ranker tells toy classes and their facets apart, and is the same after it was saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.evidence import gather
from index.features import NGrams, is_spelled, pronounced, syllables_of
from index.linear import Linear, log_softmax
from index.rank import CLASSIFIERS, KINDS, Ranker, RankerConfig

CLASSES = ("泳帽", "泳票", "泳池")
TEXTS = [f"{name}{end}" for name in CLASSES for end in ("丢了", "怎么办", "在哪里", "要钱吗")]
LABELS = [text[:2] for text in TEXTS]
FACETS = {"泳帽": {"matter": ("物品",)}, "泳票": {"matter": ("物品",)}, "泳池": {"matter": ("场所",)}}


def vectors_of(labels: list[str], noise: float = 0.1) -> np.ndarray:
    """Vectors near an axis a class, all with a large share in common, as e5's have."""
    random = np.random.default_rng(7)
    centres = np.eye(len(CLASSES), 8, dtype=np.float32) * 0.3 + 5
    rows = [centres[CLASSES.index(label)] + random.normal(0, noise, 8) for label in labels]
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    weights = np.ones(len(KINDS), np.float32)
    config = RankerConfig(dense_c=10, min_count=1)
    return Ranker.train(TEXTS, vectors_of(LABELS, 0.02), LABELS, FACETS, config, weights)


def test_every_classifier_of_guides_learns_them(ranker: Ranker) -> None:
    evidence = ranker.classify(["泳池啥时候开", "我的泳帽"], vectors_of(["泳池", "泳帽"], 0))
    assert evidence.shape == (len(CLASSIFIERS), 2, 3)
    for name in ("dense_guide", "sound_guide"):
        kind = evidence[CLASSIFIERS.index(name)]
        assert [ranker.labels[best] for best in kind.argmax(axis=1)] == ["泳池", "泳帽"]
        np.testing.assert_allclose(np.exp(kind).sum(axis=1), 1, atol=1e-5)


def test_a_facet_speaks_for_all_guides_that_have_its_value(ranker: Ranker) -> None:
    [[cap, pool, ticket]] = ranker.classify(["我的泳帽"], vectors_of(["泳帽"], 0))[CLASSIFIERS.index("chars_matter")]
    assert cap == ticket > pool


def test_homophones_and_pinyin_sound_like_the_guide(ranker: Ranker) -> None:
    evidence = ranker.classify(["永冒", "yongchi"], vectors_of(["泳帽", "泳池"], 0))[CLASSIFIERS.index("sound_guide")]
    assert [ranker.labels[best] for best in evidence.argmax(axis=1)] == ["泳帽", "泳池"]


def test_what_weighs_nothing_is_not_fitted_except_by_sound(tmp_path: Path) -> None:
    weights = np.array([float(name == "dense_guide") for name in KINDS], np.float32)
    config = RankerConfig(dense_c=10, min_count=1)
    lean = Ranker.train(TEXTS, vectors_of(LABELS, 0.02), LABELS, FACETS, config, weights)
    assert set(lean.classifiers) == {"dense_guide", "sound_guide"}
    lean.save(tmp_path)
    evidence = Ranker.load(tmp_path).classify(["我的泳帽"], vectors_of(["泳帽"], 0))
    assert evidence.shape[0] == len(CLASSIFIERS)
    assert not evidence[CLASSIFIERS.index("chars_matter")].any() and evidence[CLASSIFIERS.index("sound_guide")].any()


class Sought:
    """Stands for the search indexes; says how often each was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def by_vector(self, vectors: np.ndarray, classes: int) -> np.ndarray:
        self.asked.append("neighbour")
        return np.ones((len(vectors), classes), np.float32)

    def by_words(self, texts: list[str], classes: int) -> np.ndarray:
        self.asked.append("words")
        return np.ones((len(texts), classes), np.float32)


@pytest.mark.parametrize("heavy", [(), ("neighbour",), ("neighbour", "words")])
def test_neighbours_that_weigh_nothing_are_not_looked_for(ranker: Ranker, heavy: tuple[str, ...]) -> None:
    weights = np.array([kind in (*CLASSIFIERS, *heavy) for kind in KINDS], np.float32)
    sought, asked = Sought(), ["我的泳帽", "泳池"]
    vectors = vectors_of(["泳帽", "泳池"], 0)
    evidence = gather(replace(ranker, weights=weights), sought, asked, vectors)  # type: ignore[arg-type]
    assert sought.asked == list(heavy)
    assert evidence.shape == (len(KINDS), 2, len(CLASSES))
    np.testing.assert_array_equal(evidence[: len(CLASSIFIERS)], ranker.classify(asked, vectors))


def test_saved_ranker_gives_the_same_probabilities(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    loaded = Ranker.load(tmp_path)
    assert (loaded.labels, loaded.config, set(loaded.facets)) == (ranker.labels, ranker.config, set(ranker.facets))
    asked, vectors = ["泳票停了", "泳池泳帽"], vectors_of(["泳票", "泳帽"])

    def probabilities(one: Ranker) -> np.ndarray:
        classified = one.classify(asked, vectors)
        return one.probabilities(np.concatenate([classified, np.ones_like(classified[:2])]))

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
    features = NGrams((1, 2))
    features.fit(TEXTS)
    restored = NGrams.restore((1, 2), *features.state())
    np.testing.assert_allclose(restored(["泳帽没了"]).toarray(), features(["泳帽没了"]).toarray())


def test_log_softmax_of_large_numbers_does_not_overflow() -> None:
    rows = log_softmax(np.array([[1000, 1000, 0], [-1000, 0, 1000]], np.float32))
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, atol=1e-6)
    assert rows[0, 0] == pytest.approx(np.log(0.5))
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("shebaoka diule zenme bu", True),
        ("SHEBAOKA", True),
        ("she bao ka diu le 123", True),
        ("how do I replace a lost card", False),
        ("社保卡 diule", False),
        ("12333", False),
        ("", False),
    ],
)
def test_pinyin_is_told_from_english(text: str, spelled: bool) -> None:
    assert is_spelled(text) == spelled


def test_what_sounds_alike_is_written_alike() -> None:
    spoken = ("社保卡丢了", "社宝卡丢了", "shebaokadiule", "she bao ka diu le")
    assert len({pronounced(text) for text in spoken}) == 1
    assert pronounced("生存") == pronounced("深存")
    assert syllables_of("xian") == ("xian",)
    assert syllables_of("replace") == ()
