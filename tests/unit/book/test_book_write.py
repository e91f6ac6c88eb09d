from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.book.guide import load_guide, load_guides
from bot.book.parse import ParsedBook, parse_book
from bot.book.write import read_report, write_guides


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_parsing_again_leaves_the_folder_byte_identical(
    folder: Path, book: str, annotations: Mapping[str, Any], titles: Mapping[str, str]
) -> None:
    before = contents(folder)

    write_guides(parse_book(book, annotations, titles), folder)

    assert contents(folder) == before


def test_what_is_written_is_read_back(parsed: ParsedBook, tmp_path: Path) -> None:
    paths = write_guides(parsed, tmp_path)

    assert len(paths) == 84
    assert paths[0].name == "g01_企业社会保险登记.md"
    assert load_guides(tmp_path) == parsed.guides
    assert read_report(tmp_path / "source" / "report.jsonl") == parsed.mends


def test_quotes_stand_in_the_file_as_they_are(parsed: ParsedBook, folder: Path) -> None:
    for path, guide in zip(sorted(folder.glob("g*.md")), parsed.guides, strict=True):
        text = path.read_text(encoding="utf-8")
        assert all(f"\n## {part.heading}\n\n{part.text}\n" in text for part in guide.sections.values())


def test_a_renamed_guide_leaves_no_second_file_and_an_own_one_stays(parsed: ParsedBook, folder: Path) -> None:
    old = next(folder.glob("g02_*.md")).rename(folder / "g02_旧标题.md")
    own = folder / "g85_操作员自己的.md"
    own.write_bytes(b"own")

    write_guides(parsed, folder)

    assert not old.exists()
    assert own.read_bytes() == b"own"
    assert load_guide(next(folder.glob("g02_*.md"))).id == "g02"


def test_the_summary_counts_each_kind(parsed: ParsedBook, folder: Path) -> None:
    summary = (folder / "source" / "report.md").read_text(encoding="utf-8")

    for kind in {mend.kind for mend in parsed.mends}:
        count = sum(mend.kind == kind for mend in parsed.mends)
        assert f"| {kind} | {count} |" in summary
