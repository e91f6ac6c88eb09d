"""The facets that tell look-alike guides apart: how each is asked for, its values and the words people use for them."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.book.guide import Guide

Said = Mapping[str, tuple[str, ...]]  # facet → the values that were said


@dataclass(frozen=True)
class Value:
    """One value of a facet: its name in guides, the words of its button, and what people say for it."""

    name: str
    title: str
    synonyms: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that means this value, longest first."""
        return tuple(sorted({self.name, self.title, *self.synonyms}, key=len, reverse=True))


@dataclass(frozen=True)
class Facet:
    """One facet: the question that asks for it, a hint on how to tell, and its values by name."""

    name: str
    ask: str
    hint: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class FacetBook:
    """All facets by name, in the order in which they are preferred when one must be asked."""

    facets: Mapping[str, Facet]

    @classmethod
    def load(cls, path: Path) -> FacetBook:
        """Read `data/facets.yml`."""
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))["facets"]
        return cls({name: _facet(name, entry) for name, entry in raw.items()})

    def title(self, facet: str, value: str) -> str:
        """The words of a value's button; the value itself where the data gives none."""
        known = self.facets[facet].values.get(value)
        return known.title if known else value


def _facet(name: str, entry: Mapping[str, object]) -> Facet:
    values = entry["values"]
    assert isinstance(values, dict)
    return Facet(
        name, str(entry["ask"]), str(entry.get("hint", "")),
        {key: Value(key, value["title"], tuple(value.get("synonyms", ()))) for key, value in values.items()},
    )  # fmt: skip


def contradicts(guide: Guide, said: Said) -> int:
    """How many of the facets said rule a guide out: it has values of the facet, and none of those said."""
    return sum(
        1 for facet, values in said.items() if guide.facets.get(facet) and not set(values) & set(guide.facets[facet])
    )
