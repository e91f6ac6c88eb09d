"""A conversation goes on: what was talked about stays, changes with who it is for, or gives way to something new."""

from __future__ import annotations

import pytest
from stack import Conversation, Stack

from bot.book.guide import Guide
from bot.outcome import Act

pytestmark = pytest.mark.stack

CARD = "社会保障卡补领要什么材料"


def test_sections_asked_for_alone_are_those_of_the_matter(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.came_to("电话呢") == "answer g77 phone"
    assert talk.came_to("那要几天") == "answer g77 time_limit"
    assert talk.came_to("几点上班") == "answer g77 hours"
    assert talk.came_to("在哪办") == "answer g77 location"
    assert talk.came_to("要钱吗") == "answer g77 fee"


def test_every_button_below_an_answer_quotes_its_section(talk: Conversation, guides: dict[str, Guide]) -> None:
    (offered, _), *buttons = talk.say(CARD).buttons
    assert offered == "列成清单"
    assert len(buttons) >= 5
    for _, payload in buttons:
        outcome = talk.say(payload).outcome
        assert (outcome.act, outcome.guide) == (Act.ANSWER, "g77")
        assert outcome.section and outcome.section != "materials"
        key = "process" if outcome.section == "overview" else outcome.section
        assert outcome.quote == guides["g77"].sections[key].text


def test_what_was_told_first_is_read_with_the_question_that_follows(talk: Conversation) -> None:
    assert talk.came_to("社保卡上的怎么改") != "answer g82 overview"
    assert talk.say("重新开始").outcome.act is Act.RESTART
    told = talk.say("我换手机号了")
    assert told.outcome.act is Act.FALLBACK
    assert "您想办的是哪件事" in told.text and "12333" in told.text
    assert talk.came_to("社保卡上的怎么改") == "answer g82 overview"


def test_nothing_is_started_over_by_a_text_that_only_sounds_like_it(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.say("我刚从外地回来").outcome.act is not Act.RESTART
    assert talk.came_to("那要几天") == "answer g77 time_limit"


def test_who_goes_back_does_not_mean_the_last_matter(talk: Conversation) -> None:
    assert talk.came_to("社保权益记录单怎么打印，要什么材料") == "answer g11 materials"
    assert talk.came_to("换个事，社会保障卡注销要什么材料") == "answer g76 materials"
    assert talk.came_to("回到记录单，去窗口的话在哪") == "answer g11 location"
    assert talk.came_to("回到前面那个") == "answer g76 overview"


def test_audience_moves_to_the_look_alike_and_back(talk: Conversation) -> None:
    assert talk.came_to("企业养老保险待遇暂停拨付要什么材料") == "answer g15 materials"
    assert talk.came_to("机关的呢") == "answer g27 materials"
    assert talk.came_to("在哪办") == "answer g27 location"
    assert talk.came_to("不对，是企业的") == "answer g15 location"


def test_audience_moves_through_a_family_of_three(talk: Conversation) -> None:
    assert talk.came_to("企业职工基本养老保险关系转入申请要几天") == "answer g54 time_limit"
    assert talk.came_to("机关的呢") == "answer g55 time_limit"
    assert talk.came_to("居民的呢") == "answer g56 time_limit"


def test_new_matter_leaves_the_old_one(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.came_to("社会保障卡（社会保障功能）解挂怎么办") == "answer g80 overview"
    assert talk.came_to("工伤认定申请要什么材料") == "answer g57 materials"
    assert talk.came_to("电话呢") == "answer g57 phone"


def test_channel_that_is_asked_for_is_shown_alone(talk: Conversation, guides: dict[str, Guide]) -> None:
    talk.came_to(CARD)
    reply = talk.say("线上怎么办")
    online, desk = (
        next(v.text for v in guides["g77"].sections["process"].variants if v.channel == channel)
        for channel in ("线上", "窗口")
    )
    assert online in reply.text
    assert desk not in reply.text
    assert desk in (reply.outcome.quote or "")


def test_starting_over_forgets(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.came_to("重新开始") == "restart"
    assert talk.came_to("电话呢") == "fallback"


def test_giving_up_keeps_the_matter(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.came_to("算了") == "cancel"
    assert talk.came_to("电话呢") == "answer g77 phone"


def test_chat_in_between_keeps_the_matter(talk: Conversation) -> None:
    assert talk.came_to(CARD) == "answer g77 materials"
    assert talk.came_to("谢谢") == "chitchat"
    assert talk.came_to("公积金怎么提取") == "fallback"
    assert talk.came_to("电话呢") == "answer g77 phone"


def test_two_citizens_do_not_hear_each_other(stack: Stack) -> None:
    one, other = stack.conversation(), stack.conversation()
    one.came_to(CARD)
    other.came_to("工伤认定申请要什么材料")
    assert one.came_to("电话呢") == "answer g77 phone"
    assert other.came_to("电话呢") == "answer g57 phone"
