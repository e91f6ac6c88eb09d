"""A text of guides made into guides of this project: a new edition of its book, or further guides beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from bot.book.contents import contents_end
from bot.book.derive import Derivation, derive
from bot.book.edition import fresh_ids, ids_for
from bot.book.facets import Facet, FacetValue
from bot.book.finding import BookError, Finding
from bot.book.guide import Guide
from bot.book.parse import ParsedBook, parse_book
from bot.book.proof import check_book
from bot.book.sections import HEADINGS
from bot.book.sources import ANNOTATIONS, TITLES
from bot.book.titles import Listing, Printed, leaflet_contents, list_guides, plain
from bot.book.write import write_guide_files


@dataclass(frozen=True)
class Handbook:
    """A text read as guides. `start` is how many of its lines stand before the guides.

    `new_values` are what the titles of new guides say that data/facets.yml does not know yet.
    """

    text: str
    titles: Mapping[str, str]
    annotations: Mapping[str, Any]
    parsed: ParsedBook
    start: int
    new_values: Mapping[str, Mapping[str, FacetValue]]


def read_edition(
    text: str,
    old: Sequence[Guide],
    annotations: Mapping[str, Any],
    taken: Sequence[str],
    facets: Mapping[str, Facet],
    edition: str,
) -> Handbook:
    """A new edition of the book of the guides `old`, which keep their ids and what was written about them.

    New guides get ids beyond all that are `taken`. BookError where it is no book of guides.
    """
    text = plain(text)
    printed = list_guides(text).guides
    ids = ids_for(printed, old, taken)
    before = {guide.id: guide for guide in old}
    titles = dict(zip(ids, (one.title for one in printed), strict=True))
    derived = derive([title for guide, title in titles.items() if guide not in before], facets)
    entries = {
        guide: _annotation(before[guide], annotations["guides"].get(guide, {}))
        if guide in before
        else _derived(derived, title)
        for guide, title in titles.items()
    }
    written = {"edition": edition, "guides": _without_found(printed, entries)}
    parsed = parse_book(text, written, titles)
    return Handbook(text, titles, written, parsed, contents_end(text.split("\n")), derived.new_values)


def read_import(
    text: str, there: Sequence[Guide], taken: Sequence[str], facets: Mapping[str, Facet], edition: str | None
) -> Handbook:
    """Further guides beside those that are `there`, with ids beyond all `taken`. `edition`: the text's own if None.

    BookError where it is no text of guides, has no name, or has a title that is taken.
    """
    text = plain(text)
    listing = list_guides(text)
    if not edition and not listing.name:
        raise BookError.of("no_edition")
    known = {guide.title: guide.id for guide in there}
    for one in listing.guides:
        if one.title in known:
            raise BookError.of("title_taken", line=one.line, title=one.title, id=known[one.title])
    if double := next((one for place, one in enumerate(listing.guides) if one.title in _titles(listing, place)), None):
        raise BookError.of("title_twice", line=double.line, title=double.title)
    new = fresh_ids(taken)
    titles = {next(new): one.title for one in listing.guides}
    derived = derive(list(titles.values()), facets)
    entries = {guide: _derived(derived, title) for guide, title in titles.items()}
    name = edition or f"《{listing.name.strip('《》')}》"
    written = {"edition": name, "guides": entries}
    contents = None if listing.has_contents else leaflet_contents(next(iter(titles)))
    parsed = parse_book(text, written, titles, contents)
    guides = tuple(replace(guide, category=guide.category or name.strip("《》")) for guide in parsed.guides)
    start = 0 if contents else contents_end(text.split("\n"))
    return Handbook(text, titles, written, replace(parsed, guides=guides), start, derived.new_values)


def _titles(listing: Listing, count: int) -> set[str]:
    return {one.title for one in listing.guides[:count]}


def _derived(derived: Derivation, title: str) -> dict[str, Any]:
    own = derived.guides[title]
    return {"facets": {facet: list(values) for facet, values in own.facets.items()}, "aliases": list(own.aliases)}


def _annotation(guide: Guide, written: Mapping[str, Any]) -> dict[str, Any]:
    """What people have written about a guide: its file, where operators change it, before the annotations."""
    own: dict[str, Any] = {"category": written["category"]} if "category" in written else {}
    own["facets"] = {facet: list(values) for facet, values in guide.facets.items()}
    own["aliases"] = list(guide.aliases)
    if guide.notes:
        own["notes"] = [asdict(note) for note in guide.notes]
    if guide.absent:
        own["absent"] = [{"section": key, "reason": reason} for key, reason in guide.absent.items()]
    return own


def _without_found(printed: Sequence[Printed], entries: dict[str, Any]) -> dict[str, Any]:
    """The entries without the absence of a section that the new edition has."""
    for one, entry in zip(printed, entries.values(), strict=True):
        absent = [item for item in entry.pop("absent", ()) if not _has_section(one.text, item["section"])]
        entry.update({"absent": absent} if absent else {})
    return entries


def _has_section(text: str, key: str) -> bool:
    """Whether a guide's text, without white space, has a section by one of its headings."""
    return any(f"、{heading}" in text for heading, of in HEADINGS.items() if of == key)


def write_sources(book: Handbook, source: Path, name: str) -> None:
    """Write what guides are made from: the text, the list of titles and the annotations, whose leading remarks stay."""
    for stale in source.glob("*.txt"):
        stale.unlink()
    (source / name).write_text(book.text, encoding="utf-8")
    write_titles(book, source)
    path = source / ANNOTATIONS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    head = "".join(f"{line}\n" for line in lines[: next((n for n, line in enumerate(lines) if line[:1] != "#"), 0)])
    dumped = yaml.safe_dump(
        dict(book.annotations), allow_unicode=True, sort_keys=False, default_flow_style=None, width=10_000
    )
    path.write_text(head + dumped, encoding="utf-8")


def write_titles(book: Handbook, source: Path) -> None:
    """Write guides.csv."""
    with (source / TITLES).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows([("id", "title"), *book.titles.items()])


def prove(book: Handbook) -> list[Finding]:
    """Where the guides' words are not those of the text they were made from."""
    with TemporaryDirectory() as room:
        folder = Path(room)
        (folder / "source").mkdir()
        write_guide_files(book.parsed.guides, folder)
        write_titles(book, folder / "source")
        return check_book(folder, book.text, book.parsed.mends, book.start)


def place_in_text(found: Finding, folder: Path, text: Path, book: Handbook) -> Finding:
    """The finding about a guide's file in `folder`, as one about the text that the guide was made from."""
    path = Path(found.file)
    guide = path.name.split("_")[0]
    if guide not in book.titles:
        return found
    begin = next(one.line for one in list_guides(book.text).guides if one.title == book.titles[guide])
    written = (folder / path.name).read_text(encoding="utf-8").split("\n")[found.line - 1]
    wanted = _words(written)
    below = enumerate(map(_words, book.text.split("\n")[begin - 1 :]), begin)
    fitting = (number for number, words in below if wanted and words and _is_of(words, wanted))
    return replace(found, file=str(text), line=next(fitting, begin))


def _is_of(words: str, wanted: str) -> bool:
    """Whether a printed line begins the wanted paragraph, or is a heading with its number before the wanted one."""
    return wanted.startswith(words) or words.endswith(wanted)


def _words(line: str) -> str:
    return re.sub(r"\W", "", line)
