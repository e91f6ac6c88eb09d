"""Check guide files: what is wrong, in which line, and what to do about it, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from bot.book.document import Document, Part, read_document
from bot.book.facets import Facet, load_facets
from bot.book.finding import BookError, Finding, finding
from bot.book.guide import file_name
from bot.book.hours import hours_problems
from bot.book.phones import Phone, find_phones, is_phone_line
from bot.book.proof import check_book
from bot.book.sections import HEADINGS, SECTION_KEYS, key_of
from bot.book.shape import shape_findings
from bot.book.sources import TITLES, read_titles

__all__ = ["Finding", "check_book", "check_file", "check_folder"]

CHANNEL = "channel"
# Of the names a section goes by, the book's usual one.
HEADING_OF = {key: heading for heading, key in reversed(list(HEADINGS.items()))}


def check_file(path: Path, facets: Mapping[str, Facet] | None = None) -> list[Finding]:
    """Return what is wrong with one guide file, by line. `facets`: data/facets.yml if not given."""
    return _examine(path, facets or load_facets())[1]


def check_folder(folder: Path, facets: Mapping[str, Facet] | None = None) -> list[Finding]:
    """Return what is wrong with the folder's guide files, each and together, by file and line.

    Where the folder has source/guides.csv, the titles it lists must be there, under its ids.
    """
    known = facets or load_facets()
    findings: list[Finding] = []
    documents: list[Document] = []
    paths = sorted(folder.glob("*.md"))
    for path in paths:
        document, problems = _examine(path, known)
        findings += problems
        documents += [document] if document else []
    titles_file = folder / "source" / TITLES
    titles: Mapping[str, str] = {}
    if titles_file.exists():
        try:
            titles = read_titles(titles_file)
        except BookError as error:
            findings.append(finding("bad_titles", str(titles_file), 1, problem=error))
    findings += _id_findings(documents, {guide: place for place, guide in enumerate(titles)})
    return findings + _title_findings(documents, paths, titles, titles_file)


def _examine(path: Path, facets: Mapping[str, Facet]) -> tuple[Document | None, list[Finding]]:
    """The file's document, if it has the shape of a guide, and everything wrong with it, by line."""
    document, findings = read_document(path)
    if document is None:
        return None, findings
    findings += shape_findings(document)
    if findings:
        return None, sorted(findings, key=lambda item: item.line)
    for check in (_name_findings, _section_findings, _reference_findings, _phone_findings, _hours_findings):
        findings += check(document)
    findings += _facet_findings(document, facets)
    return document, sorted(findings, key=lambda item: item.line)


def _name_findings(document: Document) -> list[Finding]:
    wanted = file_name(document.front["id"], document.front["title"])
    findings = []
    if Path(document.file).name != wanted:
        findings.append(finding("bad_name", document.file, document.line("id"), wanted=wanted))
    if not document.front["aliases"]:
        findings.append(finding("no_alias", document.file, document.line("aliases")))
    return findings


def _section_findings(document: Document) -> list[Finding]:
    """The nine sections are there, or said to be absent, and in the book's order."""
    findings: list[Finding] = []
    absent = {item["section"] for item in document.front.get("absent", ())}
    parts = {key_of(part.heading): part for part in document.parts}
    line = document.line("id")
    for key in SECTION_KEYS:
        part, heading = parts.get(key), HEADING_OF[key]
        if part is None and key not in absent:
            findings.append(finding("no_section", document.file, line, heading=heading, key=key))
        elif part and key in absent:
            findings.append(finding("absent_present", document.file, part.line, key=part.heading))
        line = part.line if part else line
    ordered = [parts[key] for key in SECTION_KEYS if key in parts]
    printed = [part for part in document.parts if key_of(part.heading) in SECTION_KEYS]
    wrong = next((own for own, right in zip(printed, ordered, strict=True) if own != right), None)
    if wrong:
        known = "、".join(part.heading for part in ordered)
        findings.append(finding("section_order", document.file, wrong.line, found=wrong.heading, known=known))
    return findings


def _reference_findings(document: Document) -> list[Finding]:
    """Notes and absences name sections by their keys."""
    return [
        finding(
            "unknown_section",
            document.file,
            document.line(f"{field}.{place}"),
            key=item["section"],
            known="、".join(SECTION_KEYS),
        )
        for field in ("notes", "absent")
        for place, item in enumerate(document.front.get(field, ()))
        if item["section"] not in SECTION_KEYS
    ]


def _phone_findings(document: Document) -> list[Finding]:
    part = _part(document, "phone")
    if part is None:
        return []
    findings = [
        finding("bad_phone", document.file, part.start + place, found=line)
        for place, line in enumerate(part.text.split("\n"))
        if line.strip() and not is_phone_line(line)
    ]
    if findings:
        return findings
    listed = [Phone(item["label"], item["number"]) for item in document.front["phones"]]
    for phone in sorted(set(listed) ^ set(find_phones(part.text)), key=lambda item: (item.label, item.number)):
        words = f"{phone.label}：{phone.number}"
        findings.append(finding("phone_differs", document.file, document.line("phones"), found=words))
    return findings


def _hours_findings(document: Document) -> list[Finding]:
    part = _part(document, "hours")
    if part is None:
        return []
    return [
        finding("bad_time", document.file, part.line_of(offset), found=found)
        if found
        else finding("no_time", document.file, part.start)
        for offset, found in hours_problems(part.text)
    ]


def _facet_findings(document: Document, facets: Mapping[str, Facet]) -> list[Finding]:
    findings = []
    for facet, values in document.front["facets"].items():
        line = document.line(f"facets.{facet}")
        if facet == CHANNEL:
            findings.append(finding("channel_facet", document.file, line))
        elif facet not in facets:
            known = "、".join(name for name in facets if name != CHANNEL)
            findings.append(finding("unknown_facet", document.file, line, facet=facet, known=known))
        else:
            known = "、".join(facets[facet].values)
            findings += [
                finding("bad_facet", document.file, line, facet=facet, found=value, known=known)
                for value in values
                if value not in facets[facet].values
            ]
    return findings


def _id_findings(documents: Sequence[Document], order: Mapping[str, int]) -> list[Finding]:
    """No id twice, and pages go up in the book's order, or with the ids where it is not known: in each edition."""
    findings = []
    seen: dict[str, Document] = {}
    for document in documents:
        other = seen.setdefault(document.front["id"], document)
        if other is not document:
            words = {"id": document.front["id"], "other": Path(other.file).name}
            findings.append(finding("double_id", document.file, document.line("id"), **words))
    ordered = sorted(seen.values(), key=lambda document: order.get(document.front["id"], len(order)))
    ordered.sort(key=lambda document: str(document.front["edition"]))
    for before, after in pairwise(ordered):
        same = before.front["edition"] == after.front["edition"]
        if same and after.front["page"] < before.front["page"]:
            words = {"page": after.front["page"], "other": Path(before.file).name}
            findings.append(finding("page_order", after.file, after.line("page"), **words))
    return findings


def _title_findings(
    documents: Sequence[Document], paths: Sequence[Path], titles: Mapping[str, str], titles_file: Path
) -> list[Finding]:
    findings = []
    present = {document.front["id"]: document for document in documents}
    # A file too broken to be read is not a missing one: its name still says which guide it is.
    named = {path.name.split("_")[0] for path in paths}
    for number, (guide, title) in enumerate(titles.items(), 2):
        document = present.get(guide)
        if document is None and guide not in named:
            findings.append(finding("missing_guide", str(titles_file), number, id=guide, title=title))
        elif document and document.front["title"] != title:
            line = document.line("title")
            findings.append(finding("bad_title", document.file, line, id=guide, wanted=title))
    return findings


def _part(document: Document, key: str) -> Part | None:
    return next((part for part in document.parts if key_of(part.heading) == key), None)
