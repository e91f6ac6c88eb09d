"""People's words for what the handbook calls otherwise: data/terms.yml, which operators edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


class TermsError(ValueError):
    """The table cannot be used; the message says which entry and what to do."""


@dataclass(frozen=True)
class Term:
    """What was said, and what the handbook calls it."""

    said: str
    term: str


class Terms:
    """The table; looks words up as they stand, the longest first."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = dict(table)
        words = sorted(map(re.escape, table), key=len, reverse=True)
        self._pattern = re.compile("|".join(words) or r"(?!)")

    @classmethod
    def load(cls, path: Path) -> Terms:
        """TermsError where an entry is no pair of words. A book without a table has none."""
        if not path.exists():
            return cls({})
        table = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("terms", {})
        for said, term in table.items():
            if not isinstance(said, str) or not isinstance(term, str) or not said.strip() or not term.strip():
                raise TermsError(f"{path} 中的“{said}: {term}”不是一对词。请写成“俗称: 指南里的说法”，冒号后空一格。")
        return cls(table)

    def translate(self, text: str) -> tuple[str, tuple[Term, ...]]:
        """The text in the handbook's words, and what was replaced in it; words that say the term already stay."""
        found: dict[str, Term] = {}

        def replaced(match: re.Match[str]) -> str:
            term = Term(match[0], self._table[match[0]])
            if term.term in text:
                return match[0]
            found.setdefault(term.said, term)
            return term.term

        return self._pattern.sub(replaced, text), tuple(found.values())
