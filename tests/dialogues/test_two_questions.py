"""Two sections asked for in one message are both quoted; of two matters the first, and the other is one tap away."""

from __future__ import annotations

import pytest
from stack import Conversation, Reply

pytestmark = pytest.mark.stack


def sections(reply: Reply) -> set[str]:
    return {str(reply.outcome.section), *(further.section for further in reply.outcome.more)}


@pytest.mark.parametrize(
    ("text", "guide", "asked"),
    [
        ("社保卡丢了补卡要带什么，几天能办好", "g77", {"materials", "time_limit"}),
        ("社会保障卡补领在哪办，还有收费吗", "g77", {"location", "fee"}),
        ("社会保障卡补领的材料和咨询电话", "g77", {"materials", "phone"}),
    ],
)
def test_both_are_quoted(talk: Conversation, text: str, guide: str, asked: set[str]) -> None:
    reply = talk.say(text)
    assert (reply.outcome.guide, sections(reply)) == (guide, asked)
    assert all(quote in reply.text for quote in (reply.outcome.quote, *(part.quote for part in reply.outcome.more)))


def test_both_are_quoted_after_a_question_back(talk: Conversation) -> None:
    assert talk.say("参保证明要带什么，几天能开出来").outcome.slot == "person"
    reply = talk.say("我自己买房用")
    assert (reply.outcome.guide, sections(reply)) == ("g13", {"materials", "time_limit"})


def test_what_is_only_told_is_not_quoted(talk: Conversation) -> None:
    reply = talk.say("社保卡补领材料齐了，在哪办")
    assert (reply.outcome.section, reply.outcome.more) == ("location", ())


def test_what_follows_asks_for_itself_alone(talk: Conversation) -> None:
    talk.say("社会保障卡补领要带什么，几天能办好")
    assert talk.say("收费吗").outcome.more == ()


def test_of_two_matters_the_first_is_answered_and_the_other_one_tap_away(talk: Conversation) -> None:
    reply = talk.say("社保卡丢了怎么补领？另外养老保险关系从外省转到机关单位要什么材料")
    assert (reply.outcome.act, reply.outcome.guide) == ("answer", "g77")
    later = "养老保险关系从外省转到机关单位要什么材料"
    assert later in [button["payload"] for message in reply.messages for button in message.get("buttons", [])]
    following = talk.say(later)
    assert (following.outcome.guide, following.outcome.section) == ("g55", "materials")
