"""What the encoder is tuned to tell of a question: the class that is meant, its facets, the section asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.corpus import SECTIONS, Example
from index.e5 import Floats
from index.facets import FACETS
from index.views import Facets, views_of

SECTION = "section"


@dataclass(frozen=True)
class Targets:
    """Each text once, with a share for each thing that it means.

    `classes` is f32[texts, classes]; `parts` holds the same for each facet and for the section. A row sums to one,
    or to nothing where that is not known (the section of what only greets).
    """

    texts: tuple[str, ...]
    classes: Floats
    parts: Mapping[str, Floats]

    @classmethod
    def of(cls, examples: Sequence[Example], labels: Sequence[str], facets: Facets) -> Targets:
        """`labels` are all classes there are; each example's is one of them."""
        rows: dict[str, int] = {}
        for example in examples:
            rows.setdefault(example.text, len(rows))
        of_text = [rows[example.text] for example in examples]
        classes = _shares(of_text, [labels.index(example.label) for example in examples], (len(rows), len(labels)))
        views = views_of(labels, facets)
        parts = {
            facet: classes @ np.eye(len(views[facet].values), dtype=np.float32)[views[facet].of] for facet in FACETS
        }
        asked = [(row, SECTIONS.index(example.section)) for row, example in zip(of_text, examples, strict=True)
                 if example.section and example.asked]  # fmt: skip
        parts[SECTION] = _shares([row for row, _ in asked], [at for _, at in asked], (len(rows), len(SECTIONS)))
        return cls(tuple(rows), classes, parts)


def _shares(rows: Sequence[int], columns: Sequence[int], shape: tuple[int, int]) -> Floats:
    marked: npt.NDArray[np.float32] = np.zeros(shape, np.float32)
    marked[list(rows), list(columns)] = 1
    return np.asarray(marked / np.maximum(marked.sum(axis=1, keepdims=True), 1), np.float32)
