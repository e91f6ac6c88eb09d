"""Cross-fitting never lets a text's own twin vote on it, and counts every meaning of a text as right."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from index.corpus import Example
from index.e5 import Floats
from index.evidence import SHARPNESS
from index.rank import KINDS, RankerConfig
from index.train import CrossFit, Training, cross_fit, train_ranker

NAMES = ("泳帽", "泳票", "泳池")
ENDS = ("丢了", "怎么办", "在哪里", "要钱吗", "谁能办", "几点开")
FACETS = {"泳帽": {"matter": ("物品",)}, "泳票": {"matter": ("物品",)}, "泳池": {"matter": ("场所",)}}
TWIN = "这个丢了咋补"


def vector_of(text: str) -> np.ndarray:
    """A direction of its own for every text; equal texts share it."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
    vector = np.random.default_rng(seed).normal(size=16)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture(scope="module")
def training() -> Training:
    titles = [Example(name, name, kind="title") for name in NAMES]
    asked = [Example(name + end, name) for name in NAMES for end in ENDS]
    twins = [Example(TWIN, name) for name in NAMES[:2]]
    examples = [*titles, *asked, *twins]
    return Training(examples, np.stack([vector_of(example.text) for example in examples]), FACETS)


@pytest.fixture(scope="module")
def fit(training: Training) -> CrossFit:
    return cross_fit(training, RankerConfig(min_count=1), 3, lambda step: None)


def test_only_what_people_ask_is_held_out(training: Training, fit: CrossFit) -> None:
    assert {training.examples[row].kind for row in fit.rows} == {"question"}
    assert fit.evidence.shape == (len(KINDS), len(fit.rows), len(NAMES))


def test_equal_texts_are_held_out_together(fit: CrossFit) -> None:
    near = fit.evidence[KINDS.index("neighbour")]
    assert near.max() < SHARPNESS * 0.99  # a twin that was seen would be at cosine 1


def test_every_question_is_judged_once(fit: CrossFit) -> None:
    assert (np.abs(fit.evidence).sum(axis=(0, 2)) > 0).all()


def test_text_of_two_guides_is_right_with_either(training: Training, fit: CrossFit) -> None:
    twins = [at for at, row in enumerate(fit.rows) if training.examples[row].text == TWIN]
    assert [fit.truth[at].sum() for at in twins] == [2, 2]
    assert fit.truth.sum() == len(fit.rows) + 2


def test_accuracy_counts_the_meanings_among_the_first() -> None:
    evidence = np.zeros((1, 2, 3), np.float32)
    evidence[0] = [[3, 2, 1], [3, 2, 1]]
    fit = CrossFit(
        NAMES, np.arange(2), evidence, np.array([[False, True, False], [False, False, True]]), np.ones(2, bool)
    )
    weights = np.ones(1, np.float32)
    assert [fit.accuracy(weights, top) for top in (1, 2, 3)] == [0, 0.5, 1]


def test_trained_ranker_knows_all_classes(training: Training, fit: CrossFit) -> None:
    ranker, figures = train_ranker(training, RankerConfig(min_count=1), 3, lambda step: None)
    assert ranker.labels == fit.labels == tuple(sorted(NAMES))
    assert ranker.weights.shape == (len(KINDS),)
    assert figures["cross_fit"]["right@1"] == pytest.approx(fit.accuracy(ranker.weights), abs=1e-4)


def test_each_fold_may_have_its_own_encoder_which_never_sees_what_is_held_out(training: Training) -> None:
    seen: dict[int, set[str]] = {}

    def encode(fold: int, others: Training) -> Floats:
        seen[fold] = {text for text, asked in zip(others.texts, others.asked, strict=True) if asked}
        return training.vectors[::-1].copy()

    fit = cross_fit(training, RankerConfig(min_count=1), 3, lambda step: None, encode)
    every = {training.examples[row].text for row in fit.rows}
    held = [every - texts for texts in seen.values()]
    assert sorted(text for texts in held for text in texts) == sorted(every)
