"""What a document must have to be a guide at all: the front matter's keys and kinds, known headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot.book.document import Document
from bot.book.finding import Finding, finding
from bot.book.sections import HEADINGS, key_of

ID = re.compile(r"g\d{2,3}")


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(_is_word(item) for item in value)


def _are_records(*keys: str) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(item, dict) and set(item) == set(keys) and all(map(_is_word, item.values())) for item in value
        )

    return check


WANTED: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "id": lambda value: isinstance(value, str) and bool(ID.fullmatch(value)),
        "title": _is_word,
        "category": _is_word,
        "page": lambda value: type(value) is int and value > 0,
        "edition": _is_word,
        "facets": lambda value: isinstance(value, dict),
        "aliases": _is_words,
        "phones": _are_records("label", "number"),
    }
)
OPTIONAL: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "chapter": _is_word,
        "absent": _are_records("section", "reason"),
        "notes": _are_records("section", "text"),
    }
)


def shape_findings(document: Document) -> list[Finding]:
    """Return what keeps the document from being read as a guide, front matter first."""
    return [*_front_findings(document), *_part_findings(document)]


def _front_findings(document: Document) -> list[Finding]:
    front = document.front
    findings = [finding("no_key", document.file, 1, key=key) for key in WANTED if key not in front]
    for key, value in front.items():
        check = WANTED.get(key) or OPTIONAL.get(key)
        if check is None:
            findings.append(finding("unknown_key", document.file, document.line(str(key)), key=key))
        elif not check(value):
            findings.append(finding("bad_value", document.file, document.line(key), key=key, found=value))
        elif key == "facets":
            findings += [
                finding("bad_value", document.file, document.line(f"facets.{name}"), key=name, found=words)
                for name, words in value.items()
                if not _is_words(words)
            ]
    return findings


def _part_findings(document: Document) -> list[Finding]:
    findings = []
    seen: set[str] = set()
    for part in document.parts:
        key = key_of(part.heading)
        if key is None:
            known = "、".join(HEADINGS)
            findings.append(finding("bad_heading", document.file, part.line, found=part.heading, known=known))
        elif key in seen:
            findings.append(finding("double_section", document.file, part.line, found=part.heading))
        elif not part.text:
            findings.append(finding("empty_section", document.file, part.line, found=part.heading))
        seen.add(key or "")
    return findings
