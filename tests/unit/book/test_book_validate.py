from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.book.validate import check_file, check_folder

Edit = Callable[[str, str, str], Path]


def only(path: Path) -> tuple[str, int]:
    """Code and line of the one finding of a file, which must say something and what to do."""
    findings = check_file(path)
    assert len(findings) == 1, [str(item) for item in findings]
    assert findings[0].file == str(path)
    assert findings[0].message.endswith("。")
    assert findings[0].remedy
    assert "{" not in findings[0].message + findings[0].remedy
    return findings[0].code, findings[0].line


def line_of(path: Path, words: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_the_guides_as_they_are(folder: Path) -> None:
    assert check_folder(folder) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "at"),
    [
        ("bad_heading", "## 申请材料", "## 需要材料", "## 需要材料"),
        ("bad_heading_mark", "## 申请材料", "##申请材料", "##申请材料"),
        ("double_section", "## 申请材料", "## 办事流程", "## 办理流程"),
        ("empty_section", "\n不收费\n", "\n", "## 收费依据及标准"),
        ("text_before_heading", "## 服务对象", "说明\n\n## 服务对象", "说明"),
        ("bad_phone", "监督电话：0631-5198107", "监督电话：0631-519810", "监督电话：0631-519810"),
        ("bad_time", "08:30-12:00", "08：30-12：00", "08：30"),
        ("bad_time", "08:30-12:00", "08:30-25:00", "25:00"),
        ("bad_time", "08:30-12:00", "12:00-08:30", "12:00-08:30"),
        ("bad_time", "1:30-5:30", "1:30-5:", "1:30-5:"),
        ("no_time", "上午08:30-12:00，下午1:30-5:30", "全天", "全天"),
        ("bad_facet", "audience: [企业]", "audience: [公司]", "audience: [公司]"),
        ("unknown_facet", "audience: [企业]", "people: [企业]", "people: [企业]"),
        ("channel_facet", "audience: [企业]", "channel: [线上]", "channel: [线上]"),
        ("bad_value", "audience: [企业]", "audience: 企业", "audience: 企业"),
        ("bad_value", "page: 4", "page: 四", "page: 四"),
        ("bad_value", "id: g01", "id: 一", "id: 一"),
        ("unknown_key", "page: 4", "page: 4\nauthor: 我", "author: 我"),
        ("no_key", "page: 4\n", "", "---"),
        ("double_key", "page: 4", "page: 4\npage: 5", "page: 5"),
        ("bad_yaml", "facets:\n", "facets: [\n", "person:"),
        ("bad_yaml", "page: 4", "\tpage: 4", "\tpage: 4"),
        (
            "no_alias",
            "aliases: [社保开户, 单位社保开户, 公司社保开户, 新公司开社保账户, 企业参保登记]",
            "aliases: []",
            "aliases",
        ),
        ("bad_name", "title: 企业社会保险登记", "title: 企业社保登记", "id:"),
        ("unknown_section", "phones:", "notes: [{section: price, text: 免费}]\nphones:", "notes:"),
        ("absent_present", "phones:", "absent: [{section: fee, reason: 没有}]\nphones:", "## 收费"),
    ],
)
def test_an_operators_mistake(edit: Edit, code: str, old: str, new: str, at: str) -> None:
    path = edit("g01", old, new)

    assert only(path) == (code, line_of(path, at))


def test_a_missing_section_and_where_it_belongs(edit: Edit) -> None:
    path = edit("g01", "## 收费依据及标准\n\n不收费\n\n", "")

    assert only(path) == ("no_section", line_of(path, "## 办理流程"))
    assert "收费依据及标准" in check_file(path)[0].message


def test_a_section_said_to_be_absent_is_not_missing(edit: Edit) -> None:
    edit("g01", "## 收费依据及标准\n\n不收费\n\n", "")
    path = edit("g01", "phones:", "absent: [{section: fee, reason: 原文没有}]\nphones:")

    assert check_file(path) == []


def test_sections_out_of_order(edit: Edit) -> None:
    edit("g01", "## 收费依据及标准\n\n不收费\n\n", "")
    path = edit("g01", "## 申请材料", "## 收费依据及标准\n\n不收费\n\n## 申请材料")

    assert only(path) == ("section_order", line_of(path, "## 收费"))


def test_a_number_changed_in_one_of_its_two_places(edit: Edit) -> None:
    path = edit("g01", "number: 0631-5198107", "number: 0631-5198100")

    found = check_file(path)

    assert [(item.code, item.line) for item in found] == [("phone_differs", line_of(path, "phones:"))] * 2
    assert "0631-5198100" in found[0].message
    assert "0631-5198107" in found[1].message


def test_several_numbers_in_a_line_are_well_formed(edit: Edit) -> None:
    old = "咨询电话：0631-5198106\n监督电话：0631-5198107"
    edit("g01", old, "咨询电话：0631-5198106、0631-5198100 监督电话：0631-5198107")
    path = edit(
        "g01",
        "- {label: 监督电话",
        "- {label: 咨询电话, number: 0631-5198100}\n- {label: 监督电话",
    )

    assert check_file(path) == []


@pytest.mark.parametrize(
    ("code", "line", "spoil"),
    [
        ("not_utf8", 3, lambda raw: raw.decode().encode("gb18030")),
        ("bom", 1, lambda raw: b"\xef\xbb\xbf" + raw),
        ("crlf", 1, lambda raw: raw.replace(b"\n", b"\r\n")),
        ("crlf", 2, lambda raw: raw.replace(b"id: g01\n", b"id: g01\r\n")),
        ("no_front", 1, lambda raw: raw.removeprefix(b"---\n")),
        ("no_front", 1, lambda raw: raw.replace(b"\n---\n", b"\n")),
        ("no_front", 1, lambda raw: b""),
    ],
)
def test_a_file_of_another_form(folder: Path, code: str, line: int, spoil: Callable[[bytes], bytes]) -> None:
    path = next(folder.glob("g01_*.md"))
    path.write_bytes(spoil(path.read_bytes()))

    assert only(path) == (code, line)


def test_an_id_used_twice(folder: Path, edit: Edit) -> None:
    path = edit("g02", "id: g02", "id: g01").rename(folder / "g01_机关事业单位社会保险登记.md")

    found = check_folder(folder)

    assert {item.code for item in found} >= {"double_id", "missing_guide"}
    double = next(item for item in found if item.code == "double_id")
    assert (double.file, double.line) == (str(path), 2)
    assert "g01_企业社会保险登记.md" in double.message


def test_a_title_that_is_not_the_lists(folder: Path, edit: Edit) -> None:
    edit("g02", "title: 机关事业单位社会保险登记", "title: 登记").rename(folder / "g02_登记.md")

    found = check_folder(folder)

    assert [(item.code, item.line) for item in found] == [("bad_title", 3)]
    assert "机关事业单位社会保险登记" in found[0].remedy


def test_a_lost_file(folder: Path) -> None:
    next(folder.glob("g10_*.md")).unlink()

    found = check_folder(folder)

    assert [(item.code, item.line) for item in found] == [("missing_guide", 11)]
    assert found[0].file.endswith("guides.csv")


def test_a_broken_file_is_not_called_lost(folder: Path, edit: Edit) -> None:
    edit("g10", "## 申请材料", "## 材料")

    assert [item.code for item in check_folder(folder)] == ["bad_heading"]


def test_pages_that_go_back(folder: Path, edit: Edit) -> None:
    path = edit("g10", "page: 22", "page: 2")

    assert [(item.code, item.file, item.line) for item in check_folder(folder)] == [
        ("page_order", str(path), line_of(path, "page: 2"))
    ]


def test_an_operators_own_guide_beside_the_books(folder: Path) -> None:
    text = next(folder.glob("g84_*.md")).read_text(encoding="utf-8")
    own = folder / "g85_新的事项.md"
    own.write_text(
        text.replace("id: g84", "id: g85").replace("title: 社会保障卡申领（未成年人）", "title: 新的事项"),
        encoding="utf-8",
    )

    assert check_folder(folder) == []


def test_a_list_of_titles_that_cannot_be_read(folder: Path) -> None:
    (folder / "source" / "guides.csv").write_text("编号,标题\ng01,登记\n", encoding="utf-8")

    assert [item.code for item in check_folder(folder)] == ["bad_titles"]
