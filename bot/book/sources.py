"""Read what guides are made from: the list of titles and what people wrote about the guides."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.book.finding import BookError
from bot.book.sections import SECTION_KEYS

TITLES = "guides.csv"
ANNOTATIONS = "annotations.yml"
FIELDS = {"category", "facets", "aliases", "notes", "absent"}


def read_titles(path: Path) -> dict[str, str]:
    """Return titles by id, in the book's order. BookError if a line lacks one or repeats an id."""
    titles: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            guide, title = row.get("id"), row.get("title")
            if not guide or not title or guide in titles:
                raise BookError.of("bad_row", file=path, line=number)
            titles[guide] = title
    return titles


def read_annotations(path: Path) -> Mapping[str, Any]:
    """Return `edition` and, under `guides`, the entries by id. BookError for a field or section not known."""
    loaded: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for guide, entry in loaded["guides"].items():
        unknown = set(entry) - FIELDS
        places = [item["section"] for field in ("notes", "absent") for item in entry.get(field, ())]
        unknown |= set(places) - set(SECTION_KEYS)
        if unknown:
            raise BookError.of("bad_annotation", file=path, id=guide, found="、".join(sorted(unknown)))
    return loaded
