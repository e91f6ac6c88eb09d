"""A question that fits several look-alikes is asked back, and any way of replying leads to the quote."""

from __future__ import annotations

import pytest
from stack import Conversation, Reply, Stack

from bot.book.guide import Guide
from bot.outcome import Act

pytestmark = pytest.mark.stack

PAUSE = "养老金先停发，要什么材料"
REGISTER = "社保登记怎么办"
MOVE = "养老保险转移怎么办"
CARD = "给家里人办张社保卡"
ASKED_BACK = {  # what is asked → the section, the facet asked for, and guides between which it must tell
    PAUSE: ("materials", "audience", {"g15", "g27"}),
    REGISTER: ("overview", "audience", {"g01", "g02"}),
    MOVE: ("overview", "audience", {"g54", "g55", "g56"}),
    CARD: ("overview", "person", {"g83", "g84"}),
}
NONE = "都不是/不清楚"


def asked_back(talk: Conversation, text: str) -> Reply:
    """The question that comes back, which it must, with a button for each of its options."""
    reply = talk.say(text)
    assert reply.outcome.act is Act.CLARIFY, reply.text
    assert reply.buttons == [(option.title, option.payload) for option in reply.outcome.options]
    return reply


def quoted(reply: Reply, guides: dict[str, Guide]) -> tuple[str, str]:
    """Guide and section that a reply quotes word for word, which it must."""
    outcome = reply.outcome
    assert outcome.act is Act.ANSWER and outcome.guide and outcome.section, reply.text
    section = guides[outcome.guide].sections["process" if outcome.section == "overview" else outcome.section]
    assert outcome.quote == section.text
    return outcome.guide, outcome.section


@pytest.mark.parametrize("text", ASKED_BACK)
def test_question_tells_the_look_alikes_apart_in_words_that_say_why(talk: Conversation, text: str) -> None:
    section, slot, apart = ASKED_BACK[text]
    reply = asked_back(talk, text)
    outcome = reply.outcome
    assert (outcome.section, outcome.slot, outcome.guide) == (section, slot, None)
    assert apart <= {guide for option in outcome.options for guide in option.guides}
    assert outcome.options[-1].title == NONE
    assert "不一样，请问" in reply.text


@pytest.mark.parametrize("text", ASKED_BACK)
@pytest.mark.parametrize("way", ["payload", "number", "ordinal", "guide's title"])
def test_every_option_leads_to_its_guide(stack: Stack, guides: dict[str, Guide], text: str, way: str) -> None:
    section = ASKED_BACK[text][0]
    options = asked_back(stack.conversation(), text).outcome.options[:-1]
    for number, option in enumerate(options, 1):
        said = {
            "payload": option.payload,
            "number": str(number),
            "ordinal": f"第{'一二三四五'[number - 1]}个",
            "guide's title": guides[option.guides[0]].title,
        }[way]
        talk = stack.conversation()
        asked_back(talk, text)
        guide, quoted_section = quoted(talk.say(said), guides)
        assert guide in option.guides
        assert quoted_section == section


@pytest.mark.parametrize(
    ("text", "words", "guide"),
    [
        (PAUSE, "我爸是机关退休的", "g27"),
        (PAUSE, "企业的", "g15"),
        (REGISTER, "开公司的", "g01"),
        (REGISTER, "事业单位", "g02"),
        (MOVE, "我是公务员", "g55"),
        (CARD, "孩子才三岁", "g84"),
    ],
)
def test_free_words_are_understood(
    talk: Conversation, guides: dict[str, Guide], text: str, words: str, guide: str
) -> None:
    asked_back(talk, text)
    assert quoted(talk.say(words), guides) == (guide, ASKED_BACK[text][0])


@pytest.mark.parametrize("shrug", ["不知道", "不清楚", NONE])
def test_who_does_not_know_is_helped_once_and_then_answered(
    talk: Conversation, guides: dict[str, Guide], shrug: str
) -> None:
    first = asked_back(talk, PAUSE)
    again = asked_back(talk, shrug)
    assert again.outcome.options == first.outcome.options
    assert again.text != first.text
    assert "12333" in again.text
    guide, section = quoted(talk.say(shrug), guides)
    assert guide in {guide for option in first.outcome.options for guide in option.guides}
    assert section == "materials"


def test_side_question_is_answered_and_the_question_comes_back(talk: Conversation, guides: dict[str, Guide]) -> None:
    first = asked_back(talk, REGISTER)
    side = talk.say("在几楼")
    assert quoted(side, guides)[1] == "location"  # the same for all who may be meant
    assert side.buttons[-len(first.buttons) :] == first.buttons
    assert quoted(talk.say("企业的"), guides) == ("g01", "overview")


def test_another_matter_is_answered_and_the_question_comes_back(talk: Conversation, guides: dict[str, Guide]) -> None:
    first = asked_back(talk, PAUSE)
    other = talk.say("社保卡丢了怎么补")
    assert quoted(other, guides)[0] == "g77"
    assert other.buttons[-len(first.buttons) :] == first.buttons
    assert quoted(talk.say("2"), guides) == (first.outcome.options[1].guides[0], "materials")


def test_chat_in_between_brings_one_outcome_and_the_question(talk: Conversation, guides: dict[str, Guide]) -> None:
    first = asked_back(talk, PAUSE)
    chat = talk.say("你是机器人吗")
    assert chat.outcome.act is Act.CHITCHAT
    assert chat.buttons == first.buttons
    assert quoted(talk.say("企业"), guides) == ("g15", "materials")


def test_question_is_dropped_once_it_is_given_up(talk: Conversation) -> None:
    first = asked_back(talk, PAUSE)
    assert talk.say("算了").outcome.act is Act.CANCEL
    reply = talk.say("谢谢")
    assert reply.outcome.act is Act.CHITCHAT
    assert first.text not in reply.text
    assert reply.buttons == []


def test_question_that_nobody_cares_for_is_dropped_by_itself(talk: Conversation) -> None:
    first = asked_back(talk, PAUSE)
    replies = [talk.say("社会保障卡补领收费吗") for _ in range(4)]
    assert {reply.outcome.guide for reply in replies} == {"g77"}
    assert first.text in replies[0].text
    assert first.text not in replies[-1].text
