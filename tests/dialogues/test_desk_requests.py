"""What goes beyond looking up, asked of the running assistant: each reply quotes the guide and says the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from stack import Conversation, Reply, Stack

from bot.book.guide import Guide
from bot.outcome import Act

pytestmark = pytest.mark.stack

Book = dict[str, Guide]
CARD = "社会保障卡补领要什么材料"


def card_of(reply: Reply, kind: str) -> dict[str, Any]:
    """The card of a reply, which must be of this kind."""
    card = reply.outcome.card
    assert card is not None and card["kind"] == kind, reply.text
    return dict(card)


def assert_quoted(reply: Reply, book: Book, guide: str, section: str) -> None:
    """It is an answer from that section, whole."""
    outcome = reply.outcome
    assert (outcome.act, outcome.guide, outcome.section) == (Act.ANSWER, guide, section), reply.text
    assert outcome.quote == book[guide].sections[section].text


@pytest.fixture(scope="module")
def monday(stack: Stack) -> Iterator[Stack]:
    """The assistant on Monday, 28 September 2026, at half past ten, three days before a holiday."""
    stack.end("actions")
    stack.start("actions", clock="2026-09-28 10:30")
    stack.wait_ready()
    yield stack
    stack.end("actions")
    stack.start("actions")
    stack.wait_ready()


@pytest.mark.parametrize("text", ["给我列个清单", "列成清单", "做个单子我照着准备"])
def test_materials_become_a_list(talk: Conversation, guides: Book, text: str) -> None:
    assert talk.say(CARD).outcome.card is None
    reply = talk.say(text)
    assert_quoted(reply, guides, "g77", "materials")
    items = card_of(reply, "checklist")["items"]
    assert len(items) == 2
    assert all(item["text"] in reply.text and item["text"] in (reply.outcome.quote or "") for item in items)


def test_list_is_for_who_goes_also_after_a_question_back(talk: Conversation, guides: Book) -> None:
    asked = talk.say("养老保险待遇恢复拨付，我替我爸去，给我列个清单")
    assert asked.outcome.act is Act.CLARIFY, asked.text
    reply = talk.say("企业")
    assert_quoted(reply, guides, "g17", "materials")
    card = card_of(reply, "checklist")
    assert card["person"] == "代办"
    assert "如其亲属代为办理的需提供《委托书》、亲属身份证和享受待遇人的身份证" in reply.text
    own = card_of(talk.say("我自己去，列个清单"), "checklist")
    assert (own["person"], [item["text"] for item in own["items"]]) == ("本人", ["本人身份证"])


def test_materials_and_conditions_asked_plainly_stay_quotes(talk: Conversation) -> None:
    for text in ("企业职工增员要什么材料", "受理条件是什么", "几点上班", "办理流程是什么"):
        reply = talk.say(text)
        assert (reply.outcome.act, reply.outcome.guide, reply.outcome.card) == (Act.ANSWER, "g05", None), reply.text


def test_conditions_are_walked_through(talk: Conversation, guides: Book) -> None:
    reply = talk.say("到龄退休领取养老待遇资格确认，我够不够条件")
    assert_quoted(reply, guides, "g33", "eligibility")
    assert [one["state"] for one in card_of(reply, "eligibility")["conditions"]] == ["asked", "open"]
    assert ("是", "是") in reply.buttons
    reply = talk.say("是的")
    assert [one["state"] for one in card_of(reply, "eligibility")["conditions"]] == ["met", "asked"]
    reply = talk.say("还没满")
    assert card_of(reply, "eligibility")["done"]
    assert "符合：达到国家法定退休年龄\n不符合：参加城镇职工基本养老保险且累计缴费满15年的人员" in reply.text
    assert "以经办机构审核为准" in reply.text
    assert talk.say("是的").outcome.act is Act.CHITCHAT


def test_walk_gives_way_to_another_question(talk: Conversation) -> None:
    talk.say("到龄退休领取养老待遇资格确认，我够不够条件")
    assert talk.say("要带什么材料").outcome.section == "materials"
    assert talk.say("不是").outcome.card is None


def test_many_conditions_are_chosen_from_by_number(talk: Conversation, guides: Book) -> None:
    reply = talk.say("清理个人账户退费，我能不能办")
    assert_quoted(reply, guides, "g48", "eligibility")
    assert ("第9条", "第9条") in reply.buttons
    chosen = talk.say("第4条")
    met = [one["text"] for one in card_of(chosen, "eligibility")["conditions"] if one["state"] == "met"]
    assert met == ["用人单位与职工劳动关系已终止（含劳动合同到期、解除等），用人单位未及时办理减员，继续缴费的"]


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("现在去还来得及吗", "open", "现在上班，到12:00为止"),
        ("国庆上班吗", "closed", "到10月7日（星期三）），下次上班是10月8日（星期四）08:30"),
        ("周六能办吗", "closed", "10月3日（星期六）不上班"),
        ("明天下午几点关门", "open", "9月29日（星期二）下午上班，到17:30为止"),
        ("中午去有人吗", "closed", "中午休息"),
        ("元旦上班吗", "unknown", "放假安排我还不知道"),
        ("10月10号上班吗", "unknown", "调休"),
    ],
)
def test_hours_know_day_and_holiday(monday: Stack, guides: Book, text: str, state: str, words: str) -> None:
    talk = monday.conversation()
    talk.say(CARD)
    reply = talk.say(text)
    assert_quoted(reply, guides, "g77", "hours")
    assert card_of(reply, "hours")["state"] == state
    assert words in reply.text
    assert guides["g77"].sections["hours"].text in reply.text


def test_hours_are_told_before_a_matter_is_named(monday: Stack, guides: Book) -> None:
    reply = monday.conversation().say("国庆上班吗")
    assert (reply.outcome.act, card_of(reply, "hours")["guide"]) == (Act.FALLBACK, None)
    assert "国庆节不上班" in reply.text
    assert guides["g34"].sections["hours"].text in reply.text


def test_place_has_floor_counter_map_and_numbers(talk: Conversation, guides: Book) -> None:
    reply = talk.say("企业职工增员在哪里办")
    assert_quoted(reply, guides, "g05", "location")
    card = card_of(reply, "place")
    (hall,) = card["places"]
    assert (hall["floor"], hall["counter"]) == ("2楼", "综合窗口4号、6号、8号")
    assert hall["map"] in reply.text
    assert {phone["number"] for phone in card["phones"]} == {phone.number for phone in guides["g05"].phones}


def test_two_guides_are_compared(talk: Conversation, guides: Book) -> None:
    reply = talk.say("社保卡挂失和解挂有什么区别")
    card = card_of(reply, "compare")
    assert [column["guide"] for column in card["columns"]] == ["g79", "g80"]
    for row in card["rows"]:
        texts = [guides[column["guide"]].sections[row["section"]].text for column in card["columns"]]
        assert row["cells"] == texts
        assert all(text in reply.text for text in texts)


def test_two_ways_are_compared(talk: Conversation, guides: Book) -> None:
    talk.say(CARD)
    reply = talk.say("线上和窗口有什么区别")
    card = card_of(reply, "compare")
    assert {column["guide"] for column in card["columns"]} == {"g77"}
    assert {row["section"] for row in card["rows"]} == {"process", "time_limit"}
    for row in card["rows"]:
        assert all(cell in guides["g77"].sections[row["section"]].text for cell in row["cells"])


def test_next_step_leads_from_matter_to_matter(talk: Conversation, guides: Book) -> None:
    reply = talk.say("工伤认定办完以后办什么")
    assert_quoted(reply, guides, "g57", "process")
    (step,) = card_of(reply, "next")["steps"]
    assert (step["guide"], step["quote"] in guides["g71"].sections["materials"].text) == ("g71", True)
    assert step["quote"] in reply.text
    ((title, payload),) = reply.buttons
    assert talk.say(payload).outcome.guide == "g71", title
    after = card_of(talk.say("办完以后办什么"), "next")["steps"]
    assert [step["guide"] for step in after] == ["g60", "g61", "g62", "g72"]


def test_no_next_step_is_invented(talk: Conversation) -> None:
    talk.say(CARD)
    reply = talk.say("办完以后办什么")
    assert reply.outcome.card is None
    assert "没有写" in reply.text


def test_person_gets_the_numbers_and_the_conversation_in_lines(monday: Stack, guides: Book) -> None:
    talk = monday.conversation()
    talk.say(CARD)
    talk.say("那要几天")
    reply = talk.say("转人工")
    card = card_of(reply, "handoff")
    assert card["open"] is True
    assert "现在上班，到12:00为止" in reply.text
    assert card["summary"] == ["问的事：社会保障卡补领", f"问过：{CARD}", "问过：那要几天"]
    assert "\n".join(card["summary"]) in reply.text
    numbers = {phone["number"] for phone in card["phones"]}
    assert numbers <= {phone.number for phone in guides["g77"].phones} | {"12333"}


def test_complaint_gets_the_supervision_numbers(talk: Conversation, guides: Book) -> None:
    talk.say(CARD)
    card = card_of(talk.say("我要投诉"), "handoff")
    watched = {phone.number for phone in guides["g77"].phones if "监督" in phone.label}
    assert {phone["number"] for phone in card["phones"]} == watched | {"12333"}
