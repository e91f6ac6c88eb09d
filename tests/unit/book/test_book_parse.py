from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.book.finding import BookError
from bot.book.parse import ParsedBook, parse_book
from bot.book.phones import Phone
from bot.book.sections import SECTION_KEYS


def guide(parsed: ParsedBook, wanted: str) -> Any:
    return next(item for item in parsed.guides if item.id == wanted)


def test_all_guides_with_all_sections(parsed: ParsedBook, titles: Mapping[str, str]) -> None:
    assert [(item.id, item.title) for item in parsed.guides] == list(titles.items())
    for item in parsed.guides:
        assert {*item.sections, *item.absent} == set(SECTION_KEYS)
        assert all(section.text for section in item.sections.values())


def test_a_first_guide(parsed: ParsedBook) -> None:
    first = guide(parsed, "g01")

    assert (first.category, first.chapter, first.page) == ("社会保险", "社会保险", 4)
    assert first.sections["materials"].text == "《社会保险参保登记信息表》"
    assert first.sections["location"].text.endswith("威海市政务服务中心2楼智慧人社服务大厅综合窗口4号、6号、8号")
    assert first.phones == (Phone("咨询电话", "0631-5198106"), Phone("监督电话", "0631-5198107"))


@pytest.mark.parametrize(
    ("wanted", "category", "page"),
    [
        ("g30", "社会保险", 62),
        ("g31", "参保人员领取基本养老保险待遇资格确认", 64),
        ("g34", "参保人员领取基本养老保险待遇资格确认", 75),
        ("g35", "社会保险", 77),
        ("g53", "社会保险费申报", 113),
        ("g56", "社会保险关系转入申请", 119),
        ("g57", "工伤认定申请", 121),
        ("g60", "工伤保险待遇核定支付", 127),
        ("g74", "劳动能力鉴定", 153),
        ("g84", "社会保障卡", 169),
    ],
)
def test_chapter_headings_are_categories(parsed: ParsedBook, wanted: str, category: str, page: int) -> None:
    assert (guide(parsed, wanted).category, guide(parsed, wanted).page) == (category, page)


def test_no_chapter_heading_is_left_in_a_section(parsed: ParsedBook) -> None:
    chapters = {item.chapter for item in parsed.guides if item.chapter}

    assert len(chapters) == 7
    for item in parsed.guides:
        for section in (*item.sections.values(), *item.extras):
            assert not chapters & set(section.text.split("\n"))


def test_headings_stay_as_printed(parsed: ParsedBook) -> None:
    assert guide(parsed, "g79").sections["audience_desc"].heading == "服务对象"
    assert guide(parsed, "g80").sections["audience_desc"].heading == "申请主体"
    assert guide(parsed, "g80").sections["process"].heading == "办事流程"


def test_a_statement_in_the_place_of_hours(parsed: ParsedBook) -> None:
    bankrupt = guide(parsed, "g53")

    assert "hours" not in bankrupt.sections
    assert "声明" in bankrupt.absent["hours"]
    assert [(part.heading, part.text) for part in bankrupt.extras] == [
        ("声明", "服务指南实行动态调整，以威海市人力资源和社会保障局门户网站发布的为准。")
    ]


def test_an_error_of_the_source_stays_and_is_noted(parsed: ParsedBook) -> None:
    restored = guide(parsed, "g67")

    assert "审核后终止拨付工伤待遇" in restored.sections["process"].text
    assert [note.section for note in restored.notes] == ["process"]
    assert "恢复" in restored.notes[0].text


def test_misnumbered_headings_are_listed(parsed: ParsedBook) -> None:
    listed = [(item.guide, item.before, item.after) for item in parsed.mends if item.kind == "编号"]

    assert listed == [
        ("g72", "八、咨询电话、监督电话", "七、咨询电话、监督电话"),
        ("g73", "九、咨询电话、监督电话", "七、咨询电话、监督电话"),
        ("g74", "十、咨询电话、监督电话", "七、咨询电话、监督电话"),
        ("g76", "十、办理时间", "九、办理时间"),
    ]


def test_every_kind_of_mend_is_listed_with_its_place(parsed: ParsedBook) -> None:
    kinds = {item.kind for item in parsed.mends}

    assert kinds == {"目录", "断行", "列表符号", "全角标点", "空格", "时间", "网址括号", "编号"}
    assert all(item.guide and item.section for item in parsed.mends)
    assert [item.line for item in parsed.mends] == sorted(item.line for item in parsed.mends)
    assert ("g56", "title", "断行") in {(item.guide, item.section, item.kind) for item in parsed.mends}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n二、受理条件\n", "\n二、办事条件\n", "第 106 行“二、办事条件”不是认识的栏目名"),
        ("\n三、申请材料\n\n《社会保险参保登记信息表》\n", "\n", "g01 栏目不全"),
        ("\n企业社会保险注销登记\n\n一、", "\n企业社保注销登记\n\n一、", "g03《企业社会保险注销登记》"),
        ("\n社会保险\n\n企业社会保险登记\n", "\n前言。\n\n社会保险\n\n企业社会保险登记\n", "第 98 行不属于"),
    ],
)
def test_a_book_of_another_shape_is_refused_with_its_line(
    book: str, annotations: Mapping[str, Any], titles: Mapping[str, str], old: str, new: str, message: str
) -> None:
    assert old in book
    with pytest.raises(BookError, match=message):
        parse_book(book.replace(old, new, 1), annotations, titles)


def test_a_book_that_ends_early_is_refused(
    book: str, annotations: Mapping[str, Any], titles: Mapping[str, str]
) -> None:
    cut = book[: book.rindex("社会保障卡申领（未成年人）")]
    with pytest.raises(BookError, match="g84"):
        parse_book(cut, annotations, titles)


NEAR = "[\u4e00-\u9fff①-⑳，。；：（）“”《》、]"
BROKEN = re.compile(rf"{NEAR}[ \t]+|[ \t]+{NEAR}|\d：\d|^- |[(),;<>]", re.MULTILINE)


def test_nothing_broken_is_left(parsed: ParsedBook) -> None:
    left = [
        (item.id, section.key, match.group())
        for item in parsed.guides
        for section in (*item.sections.values(), *item.extras)
        for match in BROKEN.finditer(section.text)
    ]

    assert left == []


def test_notes_stand_beside_a_section_that_is_there_one_each(parsed: ParsedBook) -> None:
    for item in parsed.guides:
        places = [note.section for note in item.notes]
        assert len(places) == len(set(places))
        assert set(places) <= set(item.sections)


def test_a_note_quotes_what_is_printed(parsed: ParsedBook) -> None:
    for item in parsed.guides:
        for note in item.notes:
            quoted = re.findall("原文(?:写|此处)?“([^”]+)”", note.text)
            assert all(words in item.sections[note.section].text for words in quoted)
