"""However people write: other characters, letters or languages, long stories, notices, what it is not about."""

from __future__ import annotations

import pytest
from stack import Conversation

from bot.outcome import Act

pytestmark = pytest.mark.stack

STORY = (
    "师傅您好，事情是这样的，我老家是乡下的，前几年跟着亲戚来威海打工，先在工地干了两年，后来进了一家做渔具的厂子，"
    "厂里给办了一张社保卡，我一直放在钱包里没怎么用过。上个月我回老家看我娘，路上坐大巴的时候打了个盹，醒来发现钱包"
    "叫人给摸走了，身份证银行卡都没了，身份证我已经在老家派出所补好了，银行卡也都挂失了，这两天厂里的会计跟我要社保卡"
    "的复印件，说是要核对什么信息，我才想起来卡也在那个钱包里一块儿没了。我白天要上班请不下假来，就中午能出去一会儿。"
    "我想问问您，像我这种社保卡丢了要重新补一张，都得带着什么东西去？"
)


@pytest.mark.parametrize(
    ("text", "guide"),
    [
        ("社會保障卡遺失了怎麼補辦", "g77"),
        ("ｓｈｅｂａｏｋａ　丢了怎么补", "g77"),
        ("社保卡丢了😭怎么补", "g77"),
        ("社保卡\n丢了\n怎么补", "g77"),
        ("shebaoka diule xiang bu yi zhang", "g77"),
        ("社宝卡掉了咋补", "g77"),
        ("I was hurt at work, how to apply for work injury recognition", "g57"),
        ("我社保卡前天在集上叫人偷走了想再弄一张都要带什么东西", "g77"),
        ("【通知】各参保单位：请于本月25日前完成申报，逾期不候。转发的，请问我们厂新来的工人怎么上社保", "g05"),
        (STORY, "g77"),
        ("不是补领，是换一张", "g78"),
        ("别给我说挂失，我要解挂", "g80"),
    ],
)
def test_the_guide_is_found(talk: Conversation, text: str, guide: str) -> None:
    outcome = talk.say(text).outcome
    assert (outcome.act, outcome.guide) == (Act.ANSWER, guide)


def test_the_story_s_question_is_heard(talk: Conversation) -> None:
    assert talk.say(STORY).outcome.section == "materials"
