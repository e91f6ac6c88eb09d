from __future__ import annotations

import pytest

from bot.book.contents import contents_end, read_contents
from bot.book.finding import BookError

TITLES = {"g01": "社会保险登记", "g02": "养老保险个人账户申领（退休人员）", "g03": "劳动能力鉴定申请"}
LINES = [
    "指南",
    "目录",
    "",
    "社会保险登记\t4",
    "养老保险个人账户\t6",
    "申领（退休人员）\t6",
    "",
    "劳动能力鉴定\t8",
    "劳动能力鉴定申请\t8",
    "",
    "社会保险登记",
]


def test_pages_of_plain_and_two_line_entries_past_a_chapter() -> None:
    contents = read_contents(LINES, TITLES)

    assert contents.pages == {"g01": 4, "g02": 6, "g03": 8}
    assert contents.end == contents_end(LINES) == 9
    assert [(mend.guide, mend.kind, mend.line) for mend in contents.mends] == [("g02", "目录", 5)]
    assert contents.mends[0].before == "养老保险个人账户\t6\n申领（退休人员）\t6"


def test_a_title_that_is_not_in_the_table() -> None:
    with pytest.raises(BookError, match="g04《没有的事》"):
        read_contents(LINES, {**TITLES, "g04": "没有的事"})


def test_two_entries_of_different_pages_are_not_one_title() -> None:
    lines = [line.replace("（退休人员）\t6", "（退休人员）\t7") for line in LINES]
    with pytest.raises(BookError, match="g02"):
        read_contents(lines, TITLES)


def test_a_book_without_a_table() -> None:
    with pytest.raises(BookError, match="目录"):
        contents_end(["社会保险登记", "一、服务对象"])
