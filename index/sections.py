"""Which section a question asks for, by its meaning: a second opinion beside Rasa's, which reads characters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.components.asking import asks_part
from index.corpus import SECTIONS, TOPICLESS, Example
from index.e5 import Floats
from index.linear import Linear

FILE = "sections.npz"
OVERVIEW = SECTIONS[-1]
C, ITERATIONS = 0.02, 100
LEAST = 1e-6  # probability of a section that one of them has never seen


def sections_of(examples: Sequence[Example]) -> list[str | None]:
    """What each example asks for; None where that is not known, or overview stands for want of a closer section."""
    return [example.section if example.asked and not _is_vague(example) else None for example in examples]


def _is_vague(example: Example) -> bool:
    return example.section == OVERVIEW and example.label != TOPICLESS and asks_part(example.text)


@dataclass(frozen=True)
class SectionModel:
    """A logistic regression over sentence embeddings; `names` are the sections that its examples ask for."""

    names: tuple[str, ...]
    linear: Linear

    @classmethod
    def train(cls, vectors: Floats, sections: Sequence[str | None]) -> SectionModel:
        """`vectors` f32[n, dimension] and the section that each of them asks for; None where that is not known."""
        known = np.array([row for row, section in enumerate(sections) if section in SECTIONS], np.int64)
        asked = [str(sections[row]) for row in known]
        names = tuple(sorted(set(asked)))
        if not names:
            return cls((), Linear(np.zeros((0, vectors.shape[1]), np.float32), np.zeros(0, np.float32)))
        targets = np.array([names.index(section) for section in asked])
        return cls(names, Linear.train_standardised(vectors[known], targets, C, ITERATIONS))

    def evidence(self, vector: Floats, weight: float) -> dict[str, float]:
        """Of one question, f32[dimension]: how likely each section is meant, to the power of `weight`."""
        if not self.names:
            return {}
        row = np.exp(weight * self.linear.log_probabilities(vector[None]))[0]
        return dict(zip(self.names, map(float, row), strict=True))

    def save(self, folder: Path) -> None:
        """Write `sections.npz`."""
        np.savez(
            folder / FILE, names=np.array(json.dumps(self.names)),
            weights=self.linear.weights, intercepts=self.linear.intercepts,
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> SectionModel:
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            names = tuple(json.loads(str(arrays["names"])))
            return cls(names, Linear(arrays["weights"], arrays["intercepts"]))


def likeliest(section: str, read: Mapping[str, float], meant: Mapping[str, float]) -> str:
    """The section for which both together say most; `section` itself where its meaning tells nothing."""
    if not meant:
        return section
    return max(SECTIONS, key=lambda name: read.get(name, LEAST) * meant.get(name, LEAST))
