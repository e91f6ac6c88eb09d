"""What tells look-alike guides apart, and how it is asked and said: data/facets.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

FACETS = Path(__file__).resolve().parents[2] / "data" / "facets.yml"


@dataclass(frozen=True)
class FacetValue:
    """The words of a value's button, what people say for it, and for one that is grown into the value until then."""

    title: str
    synonyms: tuple[str, ...]
    until: str | None = None


@dataclass(frozen=True)
class Facet:
    """The question that asks for a facet, how to tell for who does not know, and its values in the order to offer.

    `why` it is asked is said where the guides themselves do not show it.
    """

    ask: str
    values: Mapping[str, FacetValue]
    hint: str = ""
    why: str = ""

    def title(self, value: str) -> str:
        """The words of a value's button; the value itself where the data has none for it."""
        return self.values[value].title if value in self.values else value


def load_facets(path: Path = FACETS) -> Mapping[str, Facet]:
    """Return the facets by name, in the file's order. KeyError or TypeError if a part of one is missing."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))["facets"]
    return MappingProxyType({name: _facet(**entry) for name, entry in loaded.items()})


def _facet(ask: str, values: Mapping[str, Mapping[str, object]], hint: str = "", why: str = "") -> Facet:
    return Facet(ask, MappingProxyType({name: _value(**entry) for name, entry in values.items()}), hint, why)


def _value(title: object, synonyms: object, until: object = None) -> FacetValue:
    if not isinstance(title, str) or not isinstance(synonyms, list) or not isinstance(until, str | None):
        raise TypeError(f"not a button, its synonyms and a value: {title!r}, {synonyms!r}, {until!r}")
    return FacetValue(title, tuple(synonyms), until)
