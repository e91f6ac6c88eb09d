"""What two guides, or two channels, say differently: all of it, and in their own words."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.book.guide import Guide
from bot.desk.comparison import about_channels, best_pair, labels, rows_of_channels, rows_of_guides, sides

Book = dict[str, Guide]


def test_rows_of_any_two_guides_are_their_sections_that_differ(book: Book) -> None:
    for left, right in itertools.combinations(list(book.values())[::5], 2):
        rows = {row.section: row.cells for row in rows_of_guides(left, right)}
        for key in left.sections.keys() & right.sections.keys():
            texts = left.sections[key].text, right.sections[key].text
            letters = [re.sub(r"[（(][一二三四五六七八九]+[）)]|\d[.、]|[。；]", "", text) for text in texts]
            assert rows.get(key) == (None if letters[0] == letters[1] else texts), (left.id, right.id, key)


def test_rows_of_channels_are_the_variants(book: Book) -> None:
    found = 0
    for guide in book.values():
        for row in rows_of_channels(guide):
            found += 1
            assert all(part in guide.sections[row.section].text for cell in row.cells for part in cell.split("\n"))
            assert all(row.cells)
    assert found > 20
    assert rows_of_channels(book["g34"]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("补领和换领有什么区别", ("补领", "换领")),
        ("企业增员跟机关增员有啥不一样", ("企业增员", "机关增员")),
        ("暂停拨付与终止拨付的区别", ("暂停拨付", "终止拨付")),
        ("社保卡补领、换领对比一下", ("社保卡补领", "换领")),
        ("有什么区别", None),
        ("换领有什么不一样", None),
    ],
)
def test_two_sides_are_read(text: str, expected: tuple[str, str] | None) -> None:
    assert sides(text) == expected


def test_both_channels_must_be_named() -> None:
    assert about_channels("网上办和去大厅办有什么区别")
    assert not about_channels("网上怎么办")


def test_columns_are_named_by_what_tells_them_apart(book: Book) -> None:
    assert labels(book["g77"], book["g78"]) == ("补领", "换领")
    assert labels(book["g05"], book["g09"]) == ("企业", "机关事业单位")
    assert labels(book["g05"], book["g77"]) == (book["g05"].title, book["g77"].title)


def test_pair_follows_each_side_among_what_the_whole_is_about() -> None:
    whole = {"a": 0.6, "b": 0.3, "c": 0.05}
    assert best_pair(whole, {"a": 0.9, "c": 0.1}, {"a": 0.5, "b": 0.4, "c": 0.1}) == ("a", "b")
    assert best_pair(whole, {"b": 0.9}, {"a": 0.8}) == ("b", "a")
