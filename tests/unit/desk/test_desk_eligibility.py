"""The walk asks every condition in the guide's words and ends with what was said, nothing more."""

from __future__ import annotations

import pytest

from bot.book.guide import Guide
from bot.desk.desk import Desk
from bot.desk.eligibility import ASKED, LACKING, MET, OPEN, UNKNOWN, Walk, reply_of, walk

Book = dict[str, Guide]


def begun(book: Book, desk: Desk, guide: str) -> Walk:
    found = walk(book[guide], guide in desk.one_of)
    assert found is not None
    return found


def test_every_condition_of_every_guide_stands_word_for_word_in_it(book: Book, desk: Desk) -> None:
    for guide in book.values():
        under_way = begun(book, desk, guide.id)
        text = guide.sections["eligibility"].text
        assert all(one.text and one.text in text for one in under_way.conditions), guide.id
        assert under_way.texts(ASKED), guide.id


@pytest.mark.parametrize("reply", [MET, LACKING, UNKNOWN])
def test_every_walk_comes_to_an_end(book: Book, desk: Desk, reply: str) -> None:
    for guide in book:
        under_way, turns = begun(book, desk, guide), 0
        while not under_way.done:
            under_way, turns = under_way.answered(reply), turns + 1
            assert turns <= 4, guide
        assert not under_way.texts(ASKED)
        assert under_way.texts(reply)


def test_conditions_are_asked_one_after_the_other(book: Book, desk: Desk) -> None:
    under_way = begun(book, desk, "g33")
    assert [one.state for one in under_way.conditions] == [ASKED, OPEN]
    under_way = under_way.answered(MET)
    assert [one.state for one in under_way.conditions] == [MET, ASKED]
    under_way = under_way.answered(LACKING)
    assert under_way.done
    assert under_way.texts(MET) == ("达到国家法定退休年龄",)
    assert under_way.texts(LACKING) == ("参加城镇职工基本养老保险且累计缴费满15年的人员",)


def test_one_alternative_met_ends_the_walk(book: Book, desk: Desk) -> None:
    under_way = begun(book, desk, "g24").answered(LACKING).answered(MET)
    assert [one.state for one in under_way.conditions] == [LACKING, MET, OPEN]
    assert under_way.done


def test_what_stands_before_alternatives_must_be_met_too(book: Book, desk: Desk) -> None:
    under_way = begun(book, desk, "g34")
    assert under_way.conditions[0].text.endswith("有害身体健康工作的")
    assert not under_way.answered(MET).done
    assert under_way.answered(MET).answered(MET).done


def test_many_alternatives_are_asked_at_once(book: Book, desk: Desk) -> None:
    under_way = begun(book, desk, "g48")
    assert under_way.asked == tuple(range(9))
    assert not under_way.fits(MET)
    assert under_way.fits(4) and not under_way.fits(10)
    chosen = under_way.answered(4)
    assert chosen.done
    assert chosen.texts(MET) == (under_way.conditions[3].text,)
    assert len(chosen.texts(OPEN)) == 8
    assert len(under_way.answered(LACKING).texts(LACKING)) == 9


def test_sentence_is_divided_where_it_joins_conditions(book: Book, desk: Desk) -> None:
    assert [one.text for one in begun(book, desk, "g07").conditions] == [
        "灵活就业人员年满16周岁未达到法定退休年龄",
        "未参加其他社会养老保险",
    ]
    assert len(begun(book, desk, "g77").conditions) == 1
    assert [one.text for one in begun(book, desk, "g54").conditions] == ["参保人员参保后可申请办理"]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("是", MET), ("是的", MET), ("满了", MET), ("符合", MET), ("嗯", MET), ("到了", MET),
        ("不是", LACKING), ("没有", LACKING), ("还没满", LACKING), ("差两年", LACKING), ("都不是", LACKING),
        ("不清楚", UNKNOWN), ("说不好", UNKNOWN), ("不知道啊", UNKNOWN),
        ("第3条", 3), ("三", 3), ("是第五条", 5), ("2", 2),
        ("要带什么材料", None), ("是什么意思？", None), ("不是要去社保局办吗", None), ("社保卡丢了", None),
        ("", None),
        ("没有身份证怎么办", None), ("有没有时间限制", None), ("不用了", None), ("算了", None),
        ("不知道算不算", UNKNOWN),
        ("是这样的，我在厂里干了二十年，前年厂子没了", None),
    ],
)  # fmt: skip
def test_short_replies_are_read(text: str, means: object) -> None:
    assert reply_of(text) == means
