"""The ranker: how likely each guide is meant, from what classifiers and neighbours say of a question.

Embedding and sound tell which guide, characters which audience, person, status and matter, so that siblings are told
apart by what was said. Each is a logistic regression; the nearest examples by embedding and by words (BM25) stand
beside them. All are weighed together (`index.pooling`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.e5 import Floats
from index.facets import FACETS
from index.features import NGrams, pronounced
from index.linear import Linear
from index.pooling import pool
from index.views import GUIDE, Facets, View, views_of

DENSE, CHARS, SOUND = "dense", "chars", "sound"
SPELLED = f"{SOUND}_{GUIDE}"  # all that can be known of a text in pinyin
# Characters tell facets; which guide they tell no better than its sound does, which stands homophones and pinyin too.
# Facets by embedding got no weight beside the guide by embedding: the encoder is tuned on the facets already.
CLASSIFIERS = (f"{DENSE}_{GUIDE}", *(f"{CHARS}_{facet}" for facet in FACETS), SPELLED)
KINDS = (*CLASSIFIERS, "neighbour", "words")


@dataclass(frozen=True)
class RankerConfig:
    """What training may vary; see docs/decisions for the comparison that chose the values."""

    dense_c: float = 0.05
    sparse_c: float = 30.0
    char_ngrams: tuple[int, int] = (1, 2)
    sound_ngrams: tuple[int, int] = (3, 4)
    min_count: int = 2
    iterations: int = 60

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """How long the n-grams of each kind of sparse features are."""
        return {CHARS: self.char_ngrams, SOUND: self.sound_ngrams}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> RankerConfig:
        """From JSON, which knows no tuples."""
        spans = {name: tuple(stored[name]) for name in ("char_ngrams", "sound_ngrams")}
        return cls(**{**stored, **spans})


@dataclass(frozen=True)
class Ranker:
    """The trained classifiers and the weights of all evidence; gives probabilities over `labels`."""

    labels: tuple[str, ...]
    facets: Facets
    config: RankerConfig
    ngrams: Mapping[str, NGrams]  # CHARS and SOUND
    classifiers: Mapping[str, Linear]  # those of CLASSIFIERS that weigh something
    weights: Floats

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        vectors: Floats,
        labels: Sequence[str],
        facets: Facets,
        config: RankerConfig,
        weights: Floats,
    ) -> Ranker:
        """Fit the classifiers on examples (vectors f32[n, dimension]); the weights come from `learn_weights`.

        What weighs nothing is not fitted, except by sound, which is all there is of a text in pinyin.
        """
        names = tuple(sorted(set(labels)))
        targets = np.array([names.index(label) for label in labels])
        ngrams = {kind: NGrams(span, config.min_count) for kind, span in config.spans.items()}
        sparse = {CHARS: ngrams[CHARS].fit(texts), SOUND: ngrams[SOUND].fit([pronounced(text) for text in texts])}
        views = views_of(names, facets)

        def fit(name: str) -> Linear:
            kind, _, view = name.partition("_")
            values = views[view].of[targets]
            if kind == DENSE:
                return Linear.train_standardised(vectors, values, config.dense_c, config.iterations)
            return Linear.train(sparse[kind], values, config.sparse_c, config.iterations)

        weighing = {name for name, weight in zip(KINDS, weights, strict=True) if weight} | {SPELLED}
        longest_first = [name for name in CLASSIFIERS[::-1] if name in weighing]
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # the libraries in which the time goes let go of the GIL
            classifiers = dict(zip(longest_first, threads.map(fit, longest_first), strict=True))
        return cls(names, facets, config, ngrams, classifiers, weights)

    def classify(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """The classifiers' log probabilities f32[CLASSIFIERS, len(texts), labels]; 0 of those that weigh nothing."""
        given = {
            DENSE: vectors,
            CHARS: self.ngrams[CHARS](texts),
            SOUND: self.ngrams[SOUND]([pronounced(text) for text in texts]),
        }
        evidence = np.zeros((len(CLASSIFIERS), len(texts), len(self.labels)), np.float32)
        for name, classifier in self.classifiers.items():
            kind, _, view = name.partition("_")
            told = self._views[view].expand(classifier.log_probabilities(given[kind]))
            evidence[CLASSIFIERS.index(name)] = told
        return evidence

    @cached_property
    def _views(self) -> dict[str, View]:
        return views_of(self.labels, self.facets)

    def probabilities(self, evidence: Floats) -> Floats:
        """f32[questions, labels] from the evidence of all KINDS, f32[KINDS, questions, labels]."""
        return pool(evidence, self.weights)

    def by_sound(self, evidence: Floats) -> Floats:
        """The same for texts that are typed in pinyin, of which only the sound is known."""
        return np.asarray(np.exp(evidence[KINDS.index(SPELLED)]), np.float32)

    def save(self, folder: Path) -> None:
        """Write `ranker.json` and `ranker.npz` (plain arrays, halves for the large ones)."""
        grams = {kind: ngrams.state() for kind, ngrams in self.ngrams.items()}
        about = {
            "labels": self.labels,
            "facets": {label: dict(own) for label, own in self.facets.items()},
            "config": asdict(self.config),
            "vocabulary": {kind: vocabulary for kind, (vocabulary, _) in grams.items()},
        }
        (folder / "ranker.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        arrays: dict[str, Any] = {"weights": self.weights}
        arrays |= {f"{kind}_idf": idf for kind, (_, idf) in grams.items()}
        for name, linear in self.classifiers.items():
            halves = linear.weights if name.startswith(DENSE) else linear.weights.astype(np.float16)
            arrays |= {f"{name}_weights": halves, f"{name}_intercepts": linear.intercepts}
        np.savez(folder / "ranker.npz", **arrays)

    @classmethod
    def load(cls, folder: Path) -> Ranker:
        about = json.loads((folder / "ranker.json").read_text(encoding="utf-8"))
        config = RankerConfig.of(about["config"])
        with np.load(folder / "ranker.npz", allow_pickle=False) as arrays:
            ngrams = {
                kind: NGrams.restore(span, about["vocabulary"][kind], arrays[f"{kind}_idf"])
                for kind, span in config.spans.items()
            }
            classifiers = {
                name: Linear(arrays[f"{name}_weights"].astype(np.float32), arrays[f"{name}_intercepts"])
                for name in CLASSIFIERS
                if f"{name}_weights" in arrays
            }
            return cls(tuple(about["labels"]), about["facets"], config, ngrams, classifiers, arrays["weights"])
