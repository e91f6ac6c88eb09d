"""What was said of the facets that tell look-alike guides apart, held against a guide."""
from __future__ import annotations

from collections.abc import Mapping

from bot.book.guide import Guide

Said = Mapping[str, tuple[str, ...]]  # facet → the values that were said


def contradicts(guide: Guide, said: Said) -> int:
    """How many of the facets said rule a guide out: it has values of the facet, and none of those said."""
    return sum(
        1 for facet, values in said.items() if guide.facets.get(facet) and not set(values) & set(guide.facets[facet])
    )
