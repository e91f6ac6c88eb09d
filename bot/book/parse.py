"""The book's text → guides and the list of what was mended on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.book.contents import Contents, read_contents
from bot.book.finding import BookError
from bot.book.guide import Guide, Note, Section
from bot.book.mend import HAN, Mend, mend_line
from bot.book.paragraph import Line, join_lines
from bot.book.phones import find_phones
from bot.book.sections import NUMERALS, SECTION_KEYS, STATEMENT, key_of
from bot.book.variants import find_variants

HEADING = re.compile(r"([一二三四五六七八九十]+)、(.+)$")
CHAPTER = re.compile(rf"[{HAN}]+$")
FIRST = SECTION_KEYS[0]


@dataclass(frozen=True)
class ParsedBook:
    """Guides in the book's order, and every mend in the order of the book's lines."""

    guides: tuple[Guide, ...]
    mends: tuple[Mend, ...]


@dataclass(frozen=True)
class _Block:
    """A numbered heading and the lines printed under it."""

    number: int
    numeral: str
    heading: str
    key: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Draft:
    """A guide as found in the book: the lines of its title and chapter, and its blocks."""

    id: str
    title: str
    chapter: str
    title_lines: tuple[Line, ...]
    blocks: tuple[_Block, ...]


def parse_book(
    book: str, annotations: Mapping[str, Any], titles: Mapping[str, str], contents: Contents | None = None
) -> ParsedBook:
    """Return the guides of the book's text and the mends made.

    `titles` maps ids to titles in the book's order. `annotations` is what people wrote about the guides:
    `edition`, and under `guides`, for each id, facets, aliases, and where needed category, notes, absent.
    `contents` stands for the table of contents of a text that has none.
    BookError names the line where the text is not what a book of guides looks like.
    """
    printed = book.split("\n")
    contents = contents or read_contents(printed, titles)
    lines: list[Line] = []
    raw: dict[int, tuple[Mend, ...]] = {}
    for number, text in enumerate(printed[contents.end :], contents.end + 1):
        if text.strip():
            mended, raw[number] = mend_line(number, text.rstrip())
            lines.append(Line(number, mended))
    drafts = _split(lines, titles)
    mends = list(contents.mends)
    guides: list[Guide] = []
    category = ""
    for draft in drafts:
        notes = annotations["guides"].get(draft.id, {})
        category = draft.chapter or category
        mends += _mends_of(draft, raw)
        guide, joins = _guide(draft, contents.pages[draft.id], category, notes, annotations["edition"])
        mends += joins
        guides.append(guide)
    order = {mend: place for place, mend in enumerate(mends)}
    return ParsedBook(tuple(guides), tuple(sorted(mends, key=lambda mend: (mend.line, order[mend]))))


def _split(lines: Sequence[Line], titles: Mapping[str, str]) -> list[_Draft]:
    """Cut the body at each guide's first heading; its title is what stands right above."""
    head, blocks = _blocks(lines)
    drafts: list[_Draft] = []
    wanted = iter(titles.items())
    for place, block in enumerate(blocks):
        if block.key != FIRST:
            continue
        above = head if place == 0 else blocks[place - 1].lines
        guide, title = next(wanted, ("", ""))
        size = _title_size(above, title)
        if not guide or not size:
            raise BookError.of("no_title", line=block.number, heading=block.heading, id=guide, title=title)
        rest = above[: len(above) - size]
        chapter = rest[-1].text if rest and CHAPTER.match(rest[-1].text) else ""
        if place:
            kept = rest[:-1] if chapter else rest
            blocks[place - 1] = replace(blocks[place - 1], lines=kept)
        elif len(rest) > bool(chapter):
            raise BookError.of("no_guide_of_line", line=rest[0].number)
        drafts.append(_Draft(guide, title, chapter, above[-size:], ()))
    missing = next(wanted, None)
    if missing:
        raise BookError.of("no_guide", id=missing[0], title=missing[1])
    return _with_blocks(drafts, blocks)


def _with_blocks(drafts: Sequence[_Draft], blocks: Sequence[_Block]) -> list[_Draft]:
    starts = [place for place, block in enumerate(blocks) if block.key == FIRST]
    ends = [*starts[1:], len(blocks)]
    return [
        replace(draft, blocks=tuple(blocks[start:end])) for draft, start, end in zip(drafts, starts, ends, strict=True)
    ]


def _blocks(lines: Sequence[Line]) -> tuple[tuple[Line, ...], list[_Block]]:
    head: list[Line] = []
    blocks: list[_Block] = []
    for line in lines:
        match = HEADING.match(line.text)
        if match:
            key = key_of(match.group(2))
            if key is None:
                raise BookError.of("no_heading", line=line.number, found=line.text)
            blocks.append(_Block(line.number, match.group(1), match.group(2), key, ()))
        elif blocks:
            blocks[-1] = replace(blocks[-1], lines=(*blocks[-1].lines, line))
        else:
            head.append(line)
    return tuple(head), blocks


def _title_size(above: Sequence[Line], title: str) -> int:
    """How many of the last lines make up the title: 1, 2, or 0 if they do not."""
    for size in (1, 2):
        if title and "".join(line.text for line in above[-size:]) == title:
            return size
    return 0


def _mends_of(draft: _Draft, raw: Mapping[int, Sequence[Mend]]) -> list[Mend]:
    """The mends inside the draft's lines, now with guide and section, and those of its headings' numbers."""
    places = [("title", line.number) for line in draft.title_lines]
    for block in draft.blocks:
        places += [(block.key, number) for number in (block.number, *(line.number for line in block.lines))]
    mends = [replace(mend, guide=draft.id, section=section) for section, number in places for mend in raw[number]]
    for numeral, block in zip(NUMERALS, draft.blocks, strict=False):
        if block.numeral != numeral:
            before, after = f"{block.numeral}、{block.heading}", f"{numeral}、{block.heading}"
            mends.append(Mend(draft.id, block.key, block.number, 0, "编号", before, after))
    return mends


def _guide(draft: _Draft, page: int, category: str, notes: Mapping[str, Any], edition: str) -> tuple[Guide, list[Mend]]:
    absent = {item["section"]: item["reason"] for item in notes.get("absent", ())}
    sections, joins = _sections(draft, absent)
    phone = next((section.text for section in sections if section.key == "phone"), "")
    guide = Guide(
        id=draft.id,
        title=draft.title,
        category=notes.get("category", category),
        page=page,
        edition=edition,
        facets=MappingProxyType({key: tuple(values) for key, values in notes.get("facets", {}).items()}),
        aliases=tuple(notes.get("aliases", ())),
        phones=find_phones(phone),
        notes=tuple(Note(item["section"], item["text"]) for item in notes.get("notes", ())),
        sections=MappingProxyType({item.key: item for item in sections if item.key != STATEMENT}),
        absent=MappingProxyType(absent),
        extras=tuple(item for item in sections if item.key == STATEMENT),
        chapter=draft.chapter,
    )
    return guide, joins


def _sections(draft: _Draft, absent: Mapping[str, str]) -> tuple[list[Section], list[Mend]]:
    """The draft's sections, the nine and what else it has, and the mends of joining its lines."""
    sections: list[Section] = []
    _, joins = join_lines(draft.title_lines, "title", draft.id)
    for block in draft.blocks:
        paragraphs, more = join_lines(block.lines, block.key, draft.id)
        joins += more
        text = "\n".join(paragraphs)
        sections.append(Section(block.key, block.heading, text, find_variants(text)))
    keys = [section.key for section in sections if section.key != STATEMENT]
    if [key for key in SECTION_KEYS if key not in absent] != keys:
        raise BookError.of("wrong_sections", line=draft.blocks[0].number, id=draft.id, found="、".join(keys))
    return sections, joins
