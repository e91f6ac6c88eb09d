"""Checklists are made of the guide's own words, whole and in order, for a way of doing it and for who goes."""

from __future__ import annotations

import itertools

from bot.book.guide import Guide
from bot.desk.checklist import MARK, checklist

Book = dict[str, Guide]


def test_every_item_of_every_guide_stands_word_for_word_in_it(book: Book) -> None:
    lists = 0
    for guide, channel, agent in itertools.product(book.values(), ((), ("线上",), ("窗口",)), (None, True, False)):
        found, text = checklist(guide, channel, agent), guide.sections["materials"].text
        if found is None:
            assert text == "无", guide.id
            continue
        lists += 1
        assert found.items, guide.id
        assert all(item.text and item.text in text and item.group in (None, *_parts(text)) for item in found.items)
        assert not any(MARK.match(item.text) for item in found.items), guide.id
    assert lists == 82 * 9


def _parts(text: str) -> list[str]:
    """What can be a heading: any run of the text before a colon."""
    return [MARK.sub("", line) for part in text.split("\n") for line in (part.split("：")[0], part.removesuffix("："))]


def test_nothing_that_the_guide_asks_for_is_lost(book: Book) -> None:
    """All of the text but marks, headings and punctuation is in some item."""
    for guide in book.values():
        found = checklist(guide)
        if found is None:
            continue
        rest = guide.sections["materials"].text
        for text in sorted((item.text for item in found.items), key=len, reverse=True):
            rest = rest.replace(text, "")
        for heading in {item.group for item in found.items if item.group} | {found.note or ""}:
            rest = rest.replace(heading, "") if heading else rest
        assert len(rest) <= 8 * len(found.items) + 4, (guide.id, rest)
        assert not [word for word in ("证", "表", "书") if word in rest], (guide.id, rest)


def test_groups_are_the_headings_of_the_list(book: Book) -> None:
    found = checklist(book["g58"])
    assert found is not None
    assert [item.group for item in found.items[:3]] == [None, "门诊报销其他材料", "门诊报销其他材料"]
    assert found.items[1].text == "门诊发票"


def test_channel_leaves_what_is_for_it(book: Book) -> None:
    both, counter = checklist(book["g05"]), checklist(book["g05"], ("窗口",))
    assert both and counter
    assert [item.group for item in both.items] == ["线上办理", "线下办理", "线下办理"]
    assert (counter.channel, len(counter.items), counter.items[0].group) == ("窗口", 2, None)
    online = checklist(book["g05"], ("线上",))
    assert online and [item.text for item in online.items] == ["不需要提交材料"]


def test_who_goes_decides_on_what_only_an_agent_brings(book: Book) -> None:
    agents = "如其亲属代为办理的需提供《委托书》、亲属身份证和享受待遇人的身份证"
    own, sent, untold = (checklist(book["g17"], (), agent) for agent in (False, True, None))
    assert own and sent and untold
    assert (own.person, [item.text for item in own.items]) == ("本人", ["本人身份证"])
    assert (sent.person, [item.text for item in sent.items]) == ("代办", ["本人身份证", agents])
    assert (untold.person, [item.text for item in untold.items]) == (None, ["本人身份证", agents])
    assert not sent.unsaid


def test_guide_that_is_silent_about_agents_says_so(book: Book) -> None:
    found = checklist(book["g34"], (), True)
    assert found and found.unsaid and found.person == "代办"
    own = checklist(book["g34"], (), False)
    assert own and not own.unsaid and own.person is None


def test_remark_under_the_list_is_a_note(book: Book) -> None:
    found = checklist(book["g72"])
    assert found and found.note == "申请工伤认定时已提交的材料无需重复提交。"
