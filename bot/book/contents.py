"""The book's table of contents: the page of each guide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.book.finding import BookError
from bot.book.mend import Mend

ENTRY = re.compile(r"(\S.*?)[ \t]+(\d+)[ \t]*$")


@dataclass(frozen=True)
class Contents:
    """`pages` maps guide ids to pages; `end` is the number of the last line of the table, from 1."""

    pages: Mapping[str, int]
    end: int
    mends: tuple[Mend, ...]


@dataclass(frozen=True)
class _Entry:
    line: int
    printed: str
    name: str
    page: int


def read_contents(lines: Sequence[str], titles: Mapping[str, str]) -> Contents:
    """Return the pages of all titles, given in the book's order. BookError if one is not in the table.

    An entry printed on two lines, each with the page, is put together; an entry that is no guide's title is
    a chapter's and has no page of its own to keep.
    """
    entries = _entries(lines)
    pages: dict[str, int] = {}
    mends: list[Mend] = []
    at = 0
    for guide, title in titles.items():
        while at < len(entries) and _length(entries, at, title) == 0:
            at += 1
        if at == len(entries):
            raise BookError.of("no_entry", id=guide, title=title)
        used = entries[at : at + _length(entries, at, title)]
        pages[guide] = used[0].page
        if len(used) > 1:
            before = "\n".join(entry.printed for entry in used)
            mends.append(Mend(guide, "contents", used[0].line, 0, "目录", before, f"{title}\t{used[0].page}"))
        at += len(used)
    return Contents(pages, entries[-1].line, tuple(mends))


def contents_end(lines: Sequence[str]) -> int:
    """Return the number of the last line of the table of contents, from 1. BookError if there is none."""
    return _entries(lines)[-1].line


def contents_names(lines: Sequence[str]) -> frozenset[str] | None:
    """Return what the table of contents in these lines names, entries of two lines put together; None without one."""
    try:
        entries = _entries(lines)
    except BookError:
        return None
    pairs = {one.name + other.name for one, other in pairwise(entries) if one.page == other.page}
    return frozenset({entry.name for entry in entries} | pairs)


def _entries(lines: Sequence[str]) -> list[_Entry]:
    entries: list[_Entry] = []
    for number, line in enumerate(lines, 1):
        match = ENTRY.match(line)
        if match:
            entries.append(_Entry(number, line, match.group(1), int(match.group(2))))
        elif entries and line.strip():
            break
    if not entries:
        raise BookError.of("no_contents")
    return entries


def _length(entries: Sequence[_Entry], at: int, title: str) -> int:
    """How many entries from `at` on make up the title: 1, 2, or 0 if they do not."""
    if entries[at].name == title:
        return 1
    pair = entries[at : at + 2]
    if "".join(entry.name for entry in pair) == title and len({entry.page for entry in pair}) == 1:
        return 2
    return 0
