"""New facet values written into data/facets.yml, whose comments and order stay."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from bot.book.facets import FacetValue


def add_values(path: Path, new: Mapping[str, Mapping[str, FacetValue]]) -> None:
    """Add the values, by facet, to the file. OSError where it cannot be read or written."""
    yaml: Any = YAML()  # which declares its options as None
    yaml.width = 10_000
    yaml.preserve_quotes = True
    loaded = yaml.load(path.read_text(encoding="utf-8"))
    for facet, values in new.items():
        for value, own in values.items():
            loaded["facets"][facet]["values"][value] = _flow({"title": own.title, "synonyms": list(own.synonyms)})
    text = io.StringIO()
    yaml.dump(loaded, text)
    path.write_text(text.getvalue(), encoding="utf-8")


def _flow(value: Mapping[str, object]) -> CommentedMap:
    made = CommentedMap(value)
    made.fa.set_flow_style()
    return made
