"""Views of a label: the guide itself, or one facet of it. Siblings share most views and part in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.e5 import Floats
from index.facets import FACETS

GUIDE = "guide"
VIEWS = (GUIDE, *FACETS)

Facets = Mapping[str, Mapping[str, Sequence[str]]]  # label → facet → values


@dataclass(frozen=True)
class View:
    """What a classifier is trained to tell: `values`, and for each label (by its number) which of them it has."""

    values: tuple[str, ...]
    of: npt.NDArray[np.int64]

    def expand(self, evidence: Floats) -> Floats:
        """Evidence about values, f32[rows, values], as evidence about labels, f32[rows, labels]."""
        return np.asarray(evidence[:, self.of], dtype=np.float32)


def views_of(labels: Sequence[str], facets: Facets) -> dict[str, View]:
    """Every view of the labels; a label without facets (out of scope) is a value of its own in each."""

    def value(label: str, view: str) -> str:
        return label if view == GUIDE or label not in facets else _value(facets[label].get(view, ()))

    return {name: _view(value(label, name) for label in labels) for name in VIEWS}


def _value(values: Sequence[str]) -> str:
    return "|".join(values) or "-"


def _view(of_labels: Iterable[str]) -> View:
    found = list(of_labels)
    values = tuple(sorted(set(found)))
    return View(values, np.array([values.index(value) for value in found]))
