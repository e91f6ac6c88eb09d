from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.book.parse import ParsedBook
from bot.book.proof import keeps_words
from bot.book.validate import check_book

Edit = Callable[[str, str, str], Path]


def test_the_guides_put_together_are_the_book(folder: Path, book: str, parsed: ParsedBook) -> None:
    assert check_book(folder, book, parsed.mends) == []


@pytest.mark.parametrize(
    ("guide", "old", "new", "book_line"),
    [
        ("g05", "不需要提交材料", "需要提交材料", 280),
        ("g33", "累计缴费满15年", "累计缴费满20年", 1579),
        ("g40", "## 受理条件", "## 受理 条件", None),
        ("g67", "经办机构审核后终止拨付", "经办机构审核后恢复拨付", 3129),
        ("g53", "以威海市", "以本市", 2504),
        ("g57", "chapter: 工伤认定申请\n", "chapter: 工伤申请\n", 2634),
        ("g84", "合作银行服务网点营业时间", "合作银行服务网点营业", 4051),
        ("g01", "上午08:30-12:00，下午1:30-5:30（法定节假日除外）", "上午08:30-12:00", 141),
        ("g60", "材料\n\n无\n", "材料\n\n无须材料\n", 2820),
    ],
)
def test_a_changed_word_is_found(
    folder: Path,
    edit: Edit,
    book: str,
    parsed: ParsedBook,
    guide: str,
    old: str,
    new: str,
    book_line: int | None,
) -> None:
    path = edit(guide, old, new)
    written = new.strip("\n").split("\n")[-1]
    lines = path.read_text(encoding="utf-8").split("\n")

    found = check_book(folder, book, parsed.mends)

    if book_line is None:  # white space is no word
        assert found == []
        return
    assert [(item.code, item.file) for item in found] == [("not_in_book", str(path))]
    assert written in lines[found[0].line - 1]
    assert f"第 {book_line} 行" in found[0].message


def test_each_changed_guide_is_found(folder: Path, edit: Edit, book: str, parsed: ParsedBook) -> None:
    paths = [edit(guide, "不收费", "收费") for guide in ("g05", "g06", "g70")]

    assert [item.file for item in check_book(folder, book, parsed.mends)] == list(map(str, paths))


def test_a_changed_title_is_found_in_its_own_file(folder: Path, edit: Edit, book: str, parsed: ParsedBook) -> None:
    path = edit("g20", "title: 企业", "title: 公司")

    found = check_book(folder, book, parsed.mends)

    assert [(item.file, item.line) for item in found] == [(str(path), 3)]


def test_a_lost_section_and_a_lost_guide_are_found(folder: Path, edit: Edit, book: str, parsed: ParsedBook) -> None:
    path = edit("g20", "## 办理时限\n\n即时办理。\n", "")
    next(folder.glob("g50_*.md")).unlink()

    found = check_book(folder, book, parsed.mends)

    assert [Path(item.file).name.split("_")[0] for item in found] == ["g20", "g49"]
    assert found[0].file == str(path)


def test_a_mend_left_off_the_list_is_found(folder: Path, book: str, parsed: ParsedBook) -> None:
    mends = [mend for mend in parsed.mends if mend.kind != "编号"]

    found = check_book(folder, book, mends)

    assert [Path(item.file).name.split("_")[0] for item in found] == ["g72", "g73", "g74", "g76"]


def test_a_mend_that_changes_words_proves_nothing(folder: Path, edit: Edit, book: str, parsed: ParsedBook) -> None:
    edit("g67", "经办机构审核后终止拨付", "经办机构审核后恢复拨付")
    column = book.split("\n")[3128].index("终止")
    fake = replace(parsed.mends[-1], line=3129, column=column, kind="全角标点", before="终止", after="恢复")

    found = check_book(folder, book, [*parsed.mends, fake])

    assert [item.code for item in found] == ["bad_mend", "not_in_book"]
    assert "第 3129 行" in found[0].message


def test_a_mend_that_does_not_fit_its_line_is_reported(folder: Path, book: str, parsed: ParsedBook) -> None:
    moved = [replace(mend, line=5) if mend.kind == "编号" else mend for mend in parsed.mends]
    off = [replace(mend, column=9) if mend.kind == "编号" else mend for mend in parsed.mends]

    assert {item.code for item in check_book(folder, book, moved)} == {"not_in_book"}
    assert {item.code for item in check_book(folder, book, off)} == {"bad_mend", "not_in_book"}


def test_every_listed_mend_keeps_the_words(parsed: ParsedBook) -> None:
    assert all(keeps_words(mend) for mend in parsed.mends)


def test_a_folder_without_guides(tmp_path: Path, book: str) -> None:
    assert [item.code for item in check_book(tmp_path, book, ())] == ["no_files"]
