"""What a text of guides prints, guide by guide, where nobody has listed its titles: a book, a handbook, a leaflet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.book.contents import Contents, contents_names
from bot.book.finding import BookError
from bot.book.mend import mend_line
from bot.book.parse import FIRST, HEADING
from bot.book.sections import NUMERALS, SECTION_KEYS, STATEMENT, key_of

_CONTENTS = "目录"
_MARK = re.compile(r"#{1,6}[ \t]+(.*\S)")
_FIRST_PAGE = 1  # of a leaflet, which has no table of contents


@dataclass(frozen=True)
class Printed:
    """One guide as it stands in a text: its title, the line of its first heading, and all under it."""

    title: str
    line: int
    text: str


@dataclass(frozen=True)
class Listing:
    """The guides of a text in its order. With a table of contents `name` is what the text calls itself above it."""

    guides: tuple[Printed, ...]
    name: str
    has_contents: bool


def plain(text: str) -> str:
    """The text as a book prints it: Markdown's `## 办理流程` as 四、办理流程. Lines keep their numbers."""
    return "\n".join(map(_plain_line, text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")))


def _plain_line(line: str) -> str:
    marked = _MARK.match(line)
    if marked is None:
        return line
    heading = marked[1]
    key = key_of(heading)
    if key is None:
        return heading
    place = SECTION_KEYS.index("hours" if key == STATEMENT else key)
    return f"{NUMERALS[place]}、{heading}"


def list_guides(text: str) -> Listing:
    """The guides of a text as `plain` gives it. BookError where it is none of guides."""
    printed = text.split("\n")
    lines = [mend_line(number, line.rstrip())[0] for number, line in enumerate(printed, 1)]
    starts = [place for place, line in enumerate(lines) if (found := HEADING.match(line)) and key_of(found[2]) == FIRST]
    if not starts:
        raise BookError.of("no_first_heading")
    names = contents_names(printed[: starts[0]])
    titles = [_title_at(lines, start, names) for start in starts]
    if names is None and len(starts) > 1:
        raise BookError.of("no_contents")
    ends = [*(begin for _, begin in titles[1:]), len(lines)]
    guides = tuple(
        Printed(title, start + 1, "".join("".join(line.split()) for line in lines[start:end]))
        for (title, _), start, end in zip(titles, starts, ends, strict=True)
    )
    head = next(line.strip() for line in printed if line.strip())
    named = names is not None and head != _CONTENTS and contents_names([head]) is None
    return Listing(guides, head if named else "", names is not None)


def leaflet_contents(guide_id: str) -> Contents:
    """What stands for the table of contents of a text of one guide: it begins on the first page."""
    return Contents({guide_id: _FIRST_PAGE}, 0, ())


def _title_at(lines: Sequence[str], start: int, names: frozenset[str] | None) -> tuple[str, int]:
    """The title above the first heading at `start`, and where it begins."""
    above = [place for place in range(start) if lines[place].strip()][-2:]
    for first in (above[-1:], above):
        title = "".join(lines[place].strip() for place in first)
        if first and (names is None or title in names):
            return title, first[0]
    shown = lines[above[-1]].strip() if above else ""
    raise BookError.of("unlisted_title", line=(above[-1] if above else start) + 1, found=shown)
