"""The ranker: how likely each guide is meant, from what classifiers and neighbours say of a question.

Four kinds of evidence are weighed together (log-linear pooling, Genest & Zidek 1986): logistic regression on sentence
embeddings, logistic regression on character n-grams, the nearest example by embedding and by words (BM25). The
weights are learned on out-of-fold evidence, so that the result is a calibrated probability.
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from index.e5 import Floats

KINDS = ("dense", "chars", "neighbour", "words")
FLOOR = 1e-6


@dataclass(frozen=True)
class RankerConfig:
    """What training may vary; see docs/decisions for the comparison that chose the values."""

    dense_c: float = 0.05
    chars_c: float = 30.0
    ngrams: tuple[int, int] = (1, 2)
    min_count: int = 2
    iterations: int = 200


class CharFeatures:
    """TF-IDF over character n-grams, kept as a vocabulary and an array instead of a pickle."""

    def __init__(self, ngrams: tuple[int, int], min_count: int = 1) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=ngrams, min_df=min_count, sublinear_tf=True, dtype=np.float32
        )

    def fit(self, texts: Sequence[str]) -> Any:
        """Learn the n-grams; gives the sparse f32 features [len(texts), n-grams]."""
        return self._vectorizer.fit_transform(texts)

    def __call__(self, texts: Sequence[str]) -> Any:
        return self._vectorizer.transform(texts)

    def state(self) -> tuple[list[str], Floats]:
        """The n-grams in the order of their columns, and their idf."""
        return list(self._vectorizer.get_feature_names_out()), self._vectorizer.idf_.astype(np.float32)

    @classmethod
    def restore(cls, ngrams: tuple[int, int], vocabulary: list[str], idf: Floats) -> CharFeatures:
        features = cls(ngrams)
        features._vectorizer.vocabulary_ = {gram: column for column, gram in enumerate(vocabulary)}
        features._vectorizer.fixed_vocabulary_ = True
        features._vectorizer.idf_ = idf
        return features


@dataclass(frozen=True)
class Linear:
    """A multinomial logistic regression: coefficients f32[classes, features] and intercepts f32[classes]."""

    weights: Floats
    intercepts: Floats

    @classmethod
    def train(cls, features: Any, labels: npt.NDArray[np.int64], c: float, iterations: int) -> Linear:
        counts = np.bincount(labels)
        # Between equal weights and balanced ones: what is out of scope has by far the most examples, and is likelier.
        weights = {label: (counts.mean() / count) ** 0.5 for label, count in enumerate(counts)}
        model = LogisticRegression(C=c, max_iter=iterations, class_weight=weights, tol=1e-2)
        model.fit(features, labels)
        return cls(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))

    @classmethod
    def train_standardised(cls, features: Floats, labels: npt.NDArray[np.int64], c: float, iterations: int) -> Linear:
        """The same on centred and scaled features, folded back: e5's cosines all lie between 0.7 and 1."""
        mean, scale = features.mean(axis=0), features.std(axis=0) + FLOOR
        inner = cls.train((features - mean) / scale, labels, c, iterations)
        weights = inner.weights / scale
        return cls(weights, inner.intercepts - weights @ mean)

    def log_probabilities(self, features: Any) -> Floats:
        logits = np.asarray(features @ self.weights.T) + self.intercepts
        return log_softmax(logits)


def log_softmax(logits: Floats) -> Floats:
    """Row by row, f32, without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)


def pool(evidence: Floats, weights: Floats) -> Floats:
    """Probabilities f32[questions, classes] from evidence f32[kinds, questions, classes] and a weight a kind."""
    return np.exp(log_softmax(np.tensordot(weights, evidence, axes=1)))


def learn_weights(evidence: Floats, truth: npt.NDArray[np.bool_]) -> Floats:
    """The non-negative weights f32[kinds] under which out-of-fold evidence makes the truth likeliest.

    `truth` is bool[questions, classes]; a question that fits several guides counts their probabilities together.
    """

    def loss(weights: Floats) -> float:
        probabilities = pool(evidence, weights)
        return float(-np.log((probabilities * truth).sum(axis=1) + FLOOR).mean())

    start = np.ones(evidence.shape[0])
    step = 1e-3  # finite differences of f32 evidence vanish under smaller ones
    bounds = [(0.0, 100.0)] * len(start)
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"eps": step})
    return np.asarray(found.x, dtype=np.float32)


@dataclass(frozen=True)
class Ranker:
    """The trained classifiers and the weights of all evidence; gives probabilities over `labels`."""

    labels: tuple[str, ...]
    config: RankerConfig
    features: CharFeatures
    dense: Linear
    chars: Linear
    weights: Floats

    @classmethod
    def train(
        cls, texts: Sequence[str], vectors: Floats, labels: Sequence[str], config: RankerConfig, weights: Floats
    ) -> Ranker:
        """Fit both classifiers on examples (vectors f32[n, dimension]); the weights come from `learn_weights`."""
        classes = tuple(sorted(set(labels)))
        targets = np.array([classes.index(label) for label in labels])
        features = CharFeatures(config.ngrams, config.min_count)
        grams = features.fit(texts)
        return cls(
            classes, config, features,
            Linear.train_standardised(vectors, targets, config.dense_c, config.iterations),
            Linear.train(grams, targets, config.chars_c, config.iterations),
            weights,
        )  # fmt: skip

    def classify(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """The classifiers' log probabilities f32[2, len(texts), classes]: dense, then characters."""
        return np.stack([self.dense.log_probabilities(vectors), self.chars.log_probabilities(self.features(texts))])

    def probabilities(self, evidence: Floats) -> Floats:
        """f32[questions, classes] from the evidence of all KINDS, f32[4, questions, classes]."""
        return pool(evidence, self.weights)

    def save(self, folder: Path) -> None:
        """Write `ranker.json` and `ranker.npz` (plain arrays, halves for the large ones)."""
        vocabulary, idf = self.features.state()
        about = {"labels": self.labels, "config": asdict(self.config), "vocabulary": vocabulary}
        (folder / "ranker.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "ranker.npz", idf=idf, weights=self.weights,
            dense=self.dense.weights, dense_bias=self.dense.intercepts,
            chars=self.chars.weights.astype(np.float16), chars_bias=self.chars.intercepts,
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Ranker:
        about = json.loads((folder / "ranker.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "ranker.npz", allow_pickle=False)
        config = RankerConfig(**{**about["config"], "ngrams": tuple(about["config"]["ngrams"])})
        return cls(
            tuple(about["labels"]), config,
            CharFeatures.restore(config.ngrams, about["vocabulary"], arrays["idf"]),
            Linear(arrays["dense"], arrays["dense_bias"]),
            Linear(arrays["chars"].astype(np.float32), arrays["chars_bias"]),
            arrays["weights"],
        )  # fmt: skip
