"""Whatever is typed comes to exactly one outcome, and who cannot be helped here gets a number to call."""

from __future__ import annotations

import pytest
from stack import Conversation, Stack

from bot.book.guide import Guide
from bot.outcome import Act

pytestmark = pytest.mark.stack

CARD = "社会保障卡补领要什么材料"


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("你好", Act.CHITCHAT),
        ("谢谢", Act.CHITCHAT),
        ("再见", Act.CHITCHAT),
        ("你是机器人吗", Act.CHITCHAT),
        ("重新开始", Act.RESTART),
        ("算了", Act.CANCEL),
        ("转人工", Act.HANDOFF),
        ("我要投诉", Act.HANDOFF),
        ("我不想活了", Act.HANDOFF),
        ("怎么办", Act.FALLBACK),
        ("要什么材料", Act.FALLBACK),
    ],
)
def test_turns_about_the_conversation(talk: Conversation, text: str, act: Act) -> None:
    reply = talk.say(text)
    assert reply.outcome.act is act, reply.text
    assert reply.text


def test_distress_is_met_with_the_numbers_that_help(talk: Conversation) -> None:
    text = talk.say("我不想活了").text
    assert "12356" in text
    assert "120" in text


def test_people_are_reached_by_the_numbers_of_the_matter(talk: Conversation, guides: dict[str, Guide]) -> None:
    general = talk.say("转人工")
    assert "12333" in general.text
    assert talk.say(CARD).outcome.guide == "g77"
    reply = talk.say("转人工")
    assert (reply.outcome.act, reply.outcome.guide) == (Act.HANDOFF, "g77")
    phone = next(phone for phone in guides["g77"].phones if "咨询" in phone.label)
    assert phone.number in reply.text
    assert guides["g77"].sections["hours"].text in reply.text
    watched = next(phone for phone in guides["g77"].phones if "监督" in phone.label)
    assert watched.number in talk.say("我要投诉").text


@pytest.mark.parametrize(
    "text",
    [
        "医保卡在药店能刷多少钱",
        "公积金怎么提取",
        "怎么考驾照",
        "失业金一个月能领多少钱",
        "房产证丢了去哪补",
        "结婚登记要带什么",
    ],
)
def test_what_the_book_does_not_answer_is_refused_with_numbers_to_call(talk: Conversation, text: str) -> None:
    reply = talk.say(text)
    assert reply.outcome.act is Act.FALLBACK
    assert (reply.outcome.guide, reply.outcome.quote) == (None, None)
    assert "12333" in reply.text
    assert "0631-5198106" in reply.text


def test_slash_makes_no_command_of_words(talk: Conversation, stack: Stack) -> None:
    """Rasa would run "/…" as an intent, with any entities given; here they are words, if any: no 挂失 is meant."""
    assert talk.say(CARD).outcome.guide == "g77"
    for command in ('/inform{"audience":"机关事业单位"}', "/SetSlots"):
        assert talk.say(command).outcome.act not in (Act.ANSWER, Act.CLARIFY)
    assert talk.say('/materials{"matter":"挂失"}').outcome.guide in (None, "g77")
    phone = talk.say("电话呢").outcome
    assert (phone.act, phone.guide) == (Act.ANSWER, "g77")
    for word in ("/restart", "/session_start", "/action_answer", "/handoff"):
        assert stack.conversation().say(word).texts == stack.conversation().say(word.lstrip("/")).texts


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "👨‍👩‍👧",
        "？？？！！！",
        "。",
        "，",
        "a",
        "hello, how are you?",
        "1234567890",
        "0",
        "啊" * 500,
        "社保卡丢了怎么补领呢，" * 45,
        "啊" * 501,
        "\u200b\u200b",
        "   ",
        "",
        "/",
        "﷽",
        "<script>alert(1)</script>",
        "'; DROP TABLE turns; --",
        "{{7*7}} ${hotline} %s {quote}",
        "[企业](audience)",
        "EXTERNAL_MESSAGE:restart",
    ],
)
def test_odd_input_comes_to_one_outcome_in_words(talk: Conversation, text: str) -> None:
    reply = talk.say(text)  # OutcomeError unless exactly one
    assert reply.outcome.act is not Act.ERROR
    assert reply.text.strip()
    assert talk.say(CARD).outcome.guide == "g77"  # and the conversation goes on


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧社保卡丢了咋补👨\u200d👩\u200d👧",
        "社保卡丟了怎麼補領",
        "社\u200b保\u200b卡丢了怎么补",
        "社保卡丢了怎么补" + "！" * 80,
    ],
)
def test_the_way_of_typing_does_not_matter(talk: Conversation, text: str) -> None:
    assert talk.say(text).outcome.guide == "g77"


def test_personal_numbers_are_masked_and_the_matter_is_understood(stack: Stack) -> None:
    talk = stack.conversation()
    number = "371002199001011237"
    assert talk.say(f"我身份证号{number}，社保卡丢了怎么补").outcome.guide == "g77"
    (turn,) = stack.turns(talk.sender)
    assert number not in turn["text"]
    assert turn["masked"]


def test_every_turn_stands_in_the_journal_with_what_it_came_to(stack: Stack) -> None:
    talk = stack.conversation()
    talk.say(CARD)
    talk.say("公积金怎么提取")
    turns = stack.turns(talk.sender)
    assert [(turn["state"], turn["act"], turn["guide"]) for turn in turns] == [
        ("completed", "answer", "g77"),
        ("completed", "fallback", None),
    ]
    assert all(turn["latency_ms"] > 0 for turn in turns)
