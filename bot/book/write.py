"""Write guides as files, and the report of what was mended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.book.document import render_document
from bot.book.guide import Guide, file_name
from bot.book.mend import Mend
from bot.book.parse import ParsedBook

REPORT = "report.jsonl"
SUMMARY = "report.md"


def write_guides(parsed: ParsedBook, folder: Path) -> tuple[Path, ...]:
    """Write one file a guide and source/report.*; return the guide files. The same book gives the same bytes.

    A file of the same id under another title is replaced; files of other ids (an operator's own) stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = write_guide_files(parsed.guides, folder)
    source = folder / "source"
    source.mkdir(exist_ok=True)
    (source / REPORT).write_bytes(render_report(parsed.mends).encode())
    (source / SUMMARY).write_bytes(render_summary(parsed.mends).encode())
    return paths


def write_guide_files(guides: Iterable[Guide], folder: Path) -> tuple[Path, ...]:
    """Write one file a guide, and nothing else, as `write_guides` does."""
    named = {folder / file_name(guide.id, guide.title): guide for guide in guides}
    for path, guide in named.items():
        for stale in set(folder.glob(f"{guide.id}_*.md")) - {path}:
            stale.unlink()
        path.write_bytes(render_guide(guide).encode())
    return tuple(named)


def render_guide(guide: Guide) -> str:
    """Return the text of the guide's file."""
    front: dict[str, Any] = {"id": guide.id, "title": guide.title, "category": guide.category}
    if guide.chapter:
        front["chapter"] = guide.chapter
    front |= {
        "page": guide.page,
        "edition": guide.edition,
        "facets": {key: list(values) for key, values in guide.facets.items()},
        "aliases": list(guide.aliases),
        "phones": [asdict(phone) for phone in guide.phones],
    }
    if guide.absent:
        front["absent"] = [{"section": key, "reason": reason} for key, reason in guide.absent.items()]
    if guide.notes:
        front["notes"] = [asdict(note) for note in guide.notes]
    sections = [*guide.sections.values(), *guide.extras]
    return render_document(front, [(section.heading, section.text) for section in sections])


def render_report(mends: Iterable[Mend]) -> str:
    """Return the mends as JSON lines, in the order given."""
    return "".join(json.dumps(asdict(mend), ensure_ascii=False) + "\n" for mend in mends)


def read_report(path: Path) -> tuple[Mend, ...]:
    """Return the mends of a report.jsonl. TypeError or JSONDecodeError if a line is not a mend."""
    return tuple(Mend(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line)


def render_summary(mends: Iterable[Mend]) -> str:
    """Return a table for people: how many mends of each kind, and one example of each."""
    counts: Counter[str] = Counter()
    examples: dict[str, Mend] = {}
    for mend in mends:
        counts[mend.kind] += 1
        examples.setdefault(mend.kind, mend)
    rows = [
        f"| {kind} | {counts[kind]} | 第 {mend.line} 行 | {_cell(mend.before)} | {_cell(mend.after)} |"
        for kind, mend in examples.items()
    ]
    head = ["| 类别 | 处数 | 例：书的行 | 原文 | 改后 |", "|---|---|---|---|---|"]
    lead = "# 修补清单\n\n逐条见 report.jsonl（指南、栏目、书的行号和列号、类别、原文、改后，按书的次序）。\n"
    return lead + "\n" + "\n".join(head + rows) + "\n"


def _cell(text: str) -> str:
    return "`" + text.replace("\n", "⏎").replace("\t", "⇥") + "`"
