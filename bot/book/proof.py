"""Prove that the guide files, put together, are the book: its words, all of them, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.book.contents import contents_end
from bot.book.document import Document, read_document
from bot.book.finding import Finding, finding
from bot.book.mend import Mend, replay
from bot.book.sections import NUMERALS
from bot.book.sources import TITLES, read_titles

SHOWN = 20  # characters of each side shown where they differ
NUMBERED = re.compile(rf"[{NUMERALS}十]+、")


@dataclass(frozen=True)
class _Run:
    """Text without white space, and for each character the line it stands in."""

    text: str
    lines: tuple[int, ...]

    @classmethod
    def of(cls, pieces: Iterable[tuple[int, str]]) -> _Run:
        """Put lines of text, each with its number, together."""
        text: list[str] = []
        lines: list[int] = []
        for number, piece in pieces:
            bare = "".join(piece.split())
            text.append(bare)
            lines += [number] * len(bare)
        return cls("".join(text), tuple(lines))


@dataclass(frozen=True)
class _File:
    """A guide file as it would stand in the book. `head` is its text up to and with the first heading."""

    file: str
    run: _Run
    head: str


def check_book(folder: Path, book: str, mends: Sequence[Mend], start: int | None = None) -> list[Finding]:
    """Return where the folder's guides and the book's body differ, white space and the listed mends aside.

    Files that source/guides.csv does not list (an operator's own) are left out. A mend that changes words
    proves nothing and is reported itself. `start` is how many lines to leave out before the body: the table of
    contents, where it is not given.
    """
    printed = book.split("\n")
    body_at = contents_end(printed) if start is None else start
    wanted, findings = _body(printed, body_at, mends, str(folder / "source" / "report.jsonl"))
    titles_file = folder / "source" / TITLES
    ids = list(read_titles(titles_file)) if titles_file.exists() else None
    documents: list[Document] = []
    for path in sorted(folder.glob("g*.md")):
        document, problems = read_document(path)
        findings += problems
        if document and (ids is None or document.front.get("id") in ids):
            documents.append(document)
    if ids is not None:  # the book's order, which a guide of a later edition has not by its id
        documents.sort(key=lambda document: ids.index(document.front["id"]))
    return findings + _compare([_file(document) for document in documents], wanted)


def _body(printed: Sequence[str], start: int, mends: Sequence[Mend], report: str) -> tuple[_Run, list[Finding]]:
    """The book's lines after the first `start`, with the listed mends done."""
    findings: list[Finding] = []
    by_line: dict[int, list[Mend]] = {}
    for mend in mends:
        if not keeps_words(mend):
            findings.append(_bad(mend, report))
        elif "\n" not in mend.before:
            by_line.setdefault(mend.line, []).append(mend)
    pieces: list[tuple[int, str]] = []
    for number, text in enumerate(printed[start:], start + 1):
        mended = replay(text, by_line.get(number, ()))
        if mended is None:
            findings.append(_bad(by_line[number][0], report))
        pieces.append((number, text if mended is None else mended))
    return _Run.of(pieces), findings


def _bad(mend: Mend, report: str) -> Finding:
    words = {"kind": mend.kind, "before": mend.before, "after": mend.after}
    return finding("bad_mend", report, 1, line_in_book=mend.line, **words)


def keeps_words(mend: Mend) -> bool:
    """Whether a mend leaves every character, digit and letter alone (a heading's own number aside)."""
    before, after = mend.before, mend.after
    if mend.kind == "编号":
        before, after = NUMBERED.sub("", before, count=1), NUMBERED.sub("", after, count=1)
    if mend.kind == "目录":
        return True  # the table of contents is no part of the body
    return re.sub(r"\W", "", before) == re.sub(r"\W", "", after)


def _file(document: Document) -> _File:
    front = document.front
    head = [(document.line(key), str(front[key])) for key in ("chapter", "title") if key in front]
    pieces = list(head)
    for numeral, part in zip(NUMERALS, document.parts, strict=False):
        pieces.append((part.line, f"{numeral}、{part.heading}"))
        pieces += enumerate(part.text.split("\n"), part.start)
    first = pieces[: len(head) + 1]
    return _File(document.file, _Run.of(pieces), _Run.of(first).text)


def _compare(files: Sequence[_File], wanted: _Run) -> list[Finding]:
    findings: list[Finding] = []
    at = 0
    for place, file in enumerate(files):
        end = _end(file, files[place + 1 :], wanted.text, at)
        if wanted.text[at:end] != file.run.text:
            findings.append(_difference(file, wanted, at))
        at = end
    if not files and wanted.text:
        words = {"line_in_book": wanted.lines[0], "wanted": wanted.text[:SHOWN]}
        findings.append(finding("no_files", "guides", 1, **words))
    return findings


def _end(file: _File, following: Sequence[_File], text: str, at: int) -> int:
    """Where in the book's text the file that begins at `at` should end: where the next one begins.

    A next file whose own beginning was changed cannot be found; then the file's own length decides, and if
    that does not fit either, the first file further on that can be found.
    """
    if not following:
        return len(text)
    starts = [text.find(other.head, at) for other in following]
    own_end = at + len(file.run.text)
    if starts[0] < 0 and text.startswith(file.run.text, at):
        return own_end
    return next((start for start in starts if start >= 0), own_end)


def _difference(file: _File, wanted: _Run, at: int) -> Finding:
    own, book = file.run.text, wanted.text
    same = 0
    while same < len(own) and at + same < len(book) and own[same] == book[at + same]:
        same += 1
    line = file.run.lines[min(same, len(own) - 1)] if own else 1
    book_line = wanted.lines[min(at + same, len(book) - 1)] if book else 0
    start = max(0, same - 4)
    words = {"found": own[start : same + SHOWN], "wanted": book[at + start : at + same + SHOWN]}
    return finding("not_in_book", file.file, line, line_in_book=book_line, **words)
