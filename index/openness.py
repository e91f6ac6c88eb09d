"""Whether a question leaves open what tells look-alike guides apart: the employer, the person, the matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from index.corpus import Example
from index.e5 import Floats
from index.facets import FACETS
from index.families import Families
from index.linear import Linear

FILE = "open.npz"
DENSE_C, CHARS_C, ITERATIONS = 0.01, 10.0, 100
LEAST = 10  # open questions from which a facet's can be learned


@dataclass(frozen=True)
class OpenModel:
    """For each facet two logistic regressions, over embeddings and over characters, which count alike.

    They learn from the written questions: one that stands under several look-alikes leaves open what tells them apart,
    one that stands under a single guide does not.
    """

    dense: Mapping[str, Linear]
    chars: Mapping[str, Linear]

    @classmethod
    def train(cls, examples: Sequence[Example], vectors: Floats, grams: Any, families: Families) -> OpenModel:
        """`vectors` f32[n, dimension] and `grams` f32[n, n-grams], sparse, are the examples'; only questions teach."""
        meant: dict[str, set[str]] = {}
        first: dict[str, int] = {}
        for row, example in enumerate(examples):
            if example.kind == "question":
                meant.setdefault(example.text, set()).add(example.label)
                first.setdefault(example.text, row)
        dense, chars = {}, {}
        for facet in FACETS:
            known = {text: left for text in meant if (left := leaves_open(facet, meant[text], families)) is not None}
            rows, targets = [first[text] for text in known], np.array(list(known.values()), np.int64)
            if LEAST <= targets.sum() <= len(targets) - LEAST:
                dense[facet] = Linear.train_standardised(vectors[rows], targets, DENSE_C, ITERATIONS)
                chars[facet] = Linear.train(grams[rows], targets, CHARS_C, ITERATIONS)
        return cls(dense, chars)

    def of(self, vector: Floats, grams: Any) -> dict[str, float]:
        """Of one question, f32[dimension] and f32[1, n-grams]: how likely it leaves each facet open.

        A facet of which too little is known is left out.
        """
        logits = {
            facet: sum(_logit(one[facet], given) for one, given in ((self.dense, vector[None]), (self.chars, grams)))
            / 2
            for facet in self.dense
        }
        return {facet: float(1 / (1 + np.exp(-logit))) for facet, logit in logits.items()}

    def save(self, folder: Path) -> None:
        """Write `open.npz`."""
        arrays = {
            f"{kind}_{facet}_{name}": getattr(one[facet], name)
            for kind, one in (("dense", self.dense), ("chars", self.chars))
            for facet in one
            for name in ("weights", "intercepts")
        }
        np.savez(folder / FILE, facets=np.array(json.dumps(list(self.dense))), **arrays)

    @classmethod
    def load(cls, folder: Path) -> OpenModel:
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            facets = json.loads(str(arrays["facets"]))
            dense, chars = (
                {
                    facet: Linear(*(arrays[f"{kind}_{facet}_{name}"] for name in ("weights", "intercepts")))
                    for facet in facets
                }
                for kind in ("dense", "chars")
            )
            return cls(dense, chars)


def leaves_open(facet: str, guides: Iterable[str], families: Families) -> bool | None:
    """Whether a question that fits just these guides leaves a facet open; None where it tells nothing of that."""
    fitting = sorted(guides)
    if any(facet in families.apart(one, other) for one, other in combinations(fitting, 2)):
        return True
    told = any(facet in families.apart(fitting[0], other) for other in families.alike(fitting[0]))
    return False if told and len(fitting) == 1 else None


def _logit(linear: Linear, features: Any) -> float:
    """Of the second of two classes, for one row."""
    row = linear.log_probabilities(features)[0]
    return float(row[1] - row[0])
