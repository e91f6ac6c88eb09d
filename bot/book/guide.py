"""Guide and its sections: what the rest of the service knows of a guide file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bot.book.document import Document, Part, read_document
from bot.book.finding import Finding, GuideError
from bot.book.phones import Phone
from bot.book.sections import SECTION_KEYS, STATEMENT, key_of
from bot.book.shape import shape_findings
from bot.book.variants import Variant, find_variants

__all__ = [
    "SECTION_KEYS",
    "Guide",
    "GuideError",
    "Note",
    "Phone",
    "Section",
    "Variant",
    "load_guide",
    "load_guides",
]


@dataclass(frozen=True)
class Note:
    """A remark of the editors on an error of the source, shown beside what is quoted from `section`."""

    section: str
    text: str


@dataclass(frozen=True)
class Section:
    """One part of a guide, word for word; `variants` are the parts of `text` for 线上 and for 窗口."""

    key: str
    heading: str
    text: str
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Guide:
    """One matter of the book.

    `sections` maps section keys, in the book's order, to sections; a key the book has nothing for is not in
    it but in `absent`, with the reason (a Chinese sentence). `extras` are parts outside the nine (声明).
    `category` is the chapter it belongs to; `chapter` is a heading of one printed right above it, if any.
    `page` is the page in the table of contents.
    """

    id: str
    title: str
    category: str
    page: int
    edition: str
    facets: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]
    phones: tuple[Phone, ...]
    notes: tuple[Note, ...]
    sections: Mapping[str, Section]
    absent: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[Section, ...] = ()
    chapter: str = ""


def file_name(guide_id: str, title: str) -> str:
    """Return the file name of a guide: the title as printed, a slash left out of it."""
    return f"{guide_id}_{title.replace('/', '／')}.md"


def load_guide(path: Path) -> Guide:
    """Return the guide in the file. GuideError, with file and line, if it cannot be used as a guide."""
    document, findings = read_document(path)
    if document is None or findings:
        raise GuideError.of(findings[0])
    guide, findings = build_guide(document)
    if guide is None:
        raise GuideError.of(findings[0])
    return guide


def load_guides(folder: Path) -> tuple[Guide, ...]:
    """Return the guides of the `g*.md` files of the folder, sorted by id. GuideError if a file is bad."""
    return tuple(sorted(map(load_guide, folder.glob("g*.md")), key=lambda guide: (len(guide.id), guide.id)))


def build_guide(document: Document) -> tuple[Guide | None, list[Finding]]:
    """Return the guide and nothing wrong, or no guide and what keeps the document from being one."""
    findings = shape_findings(document)
    if findings:
        return None, findings
    front = document.front
    sections = [_section(part) for part in document.parts]
    guide = Guide(
        id=front["id"],
        title=front["title"],
        category=front["category"],
        page=front["page"],
        edition=front["edition"],
        facets=MappingProxyType({key: tuple(values) for key, values in front["facets"].items()}),
        aliases=tuple(front["aliases"]),
        phones=tuple(Phone(item["label"], item["number"]) for item in front["phones"]),
        notes=tuple(Note(item["section"], item["text"]) for item in front.get("notes", ())),
        sections=MappingProxyType({item.key: item for item in sections if item.key != STATEMENT}),
        absent=MappingProxyType({item["section"]: item["reason"] for item in front.get("absent", ())}),
        extras=tuple(item for item in sections if item.key == STATEMENT),
        chapter=front.get("chapter", ""),
    )
    return guide, []


def _section(part: Part) -> Section:
    key = key_of(part.heading) or ""
    return Section(key, part.heading, part.text, find_variants(part.text))
