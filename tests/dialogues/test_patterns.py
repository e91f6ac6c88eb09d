"""What a good clerk does: asks once and says why, hears what is meant, keeps what is true, and lets one leave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from stack import Conversation, Stack

from bot.book.guide import Guide
from bot.outcome import Act
from scripts.random_walk import walk

pytestmark = pytest.mark.stack

PROOF = "参保证明怎么开"  # for whom: a person, an employer
CARD = "社会保障卡补领要什么材料"
PAUSE = "养老金先停发，要什么材料"


def test_question_names_what_differs(talk: Conversation) -> None:
    reply = talk.say(PROOF)
    assert reply.outcome.slot == "person"
    assert "个人和单位的办理流程不一样" in reply.text


@pytest.mark.parametrize(
    ("text", "guide"),
    [
        ("参保证明怎么开，我买房用", "g13"),
        ("我们厂投标，参保证明怎么开", "g14"),
        ("厂里退休的养老金先停发", "g15"),
        ("教了一辈子书的，养老金先停发", "g27"),
    ],
)
def test_what_was_said_in_other_words_is_not_asked(talk: Conversation, text: str, guide: str) -> None:
    assert talk.came_to(text).startswith(f"answer {guide}")


@pytest.mark.parametrize(
    ("first", "reply", "guide"),
    [
        (PROOF, "单位招标要用", "g14"),
        (PROOF, "我自己贷款用", "g13"),
        (PAUSE, "我妈在学校教书", "g27"),
        (PAUSE, "服装厂退的", "g15"),
        ("补缴养老保险怎么办", "那几年基数报低了", "g52"),
        ("补缴养老保险怎么办", "以前在国营厂的工龄", "g51"),
    ],
)
def test_reply_in_other_words_chooses(talk: Conversation, first: str, reply: str, guide: str) -> None:
    assert talk.came_to(first).startswith("clarify")
    assert talk.came_to(reply).startswith(f"answer {guide}")


def test_nod_is_answered_with_how_to_tell_and_then_with_both(talk: Conversation, guides: dict[str, Guide]) -> None:
    first, again, both = (talk.say(text) for text in (PROOF, "嗯", "不知道"))
    assert (again.outcome.act, again.outcome.options) == (Act.CLARIFY, first.outcome.options)
    assert "没关系" in again.text
    assert both.outcome.act is Act.ANSWER
    assert all(guides[guide].sections["process"].text in both.text for guide in ("g13", "g14"))


def test_meaning_of_an_option_may_be_asked(talk: Conversation) -> None:
    assert talk.came_to("增员怎么办") == "clarify overview audience"
    assert talk.came_to("灵活就业是什么意思") == "clarify overview audience"
    assert talk.came_to("灵活就业") == "answer g07 overview"


def test_one_comes_back_to_an_earlier_matter(talk: Conversation) -> None:
    assert talk.came_to("社保卡挂失在哪办") == "answer g79 location"
    assert talk.came_to("工伤认定申请要几天") == "answer g57 time_limit"
    assert talk.came_to("还是说刚才社保卡挂失，要什么材料") == "answer g79 materials"
    assert talk.came_to("电话呢") == "answer g79 phone"


def test_facet_stays_true_for_the_next_matter(talk: Conversation) -> None:
    assert talk.came_to("机关事业单位增员要什么材料") == "answer g09 materials"
    assert talk.came_to("减员要几天") == "answer g10 time_limit"


def test_button_may_be_pressed_late_and_twice(talk: Conversation) -> None:
    office = next(option.payload for option in talk.say(PAUSE).outcome.options if "机关" in option.title)
    assert talk.came_to("算了") == "cancel"
    assert talk.came_to(office) == "answer g27 materials"
    assert talk.came_to(office) == "answer g27 materials"
    assert talk.came_to("企业（公司、工厂等）") == "answer g15 materials"


@pytest.mark.parametrize(
    ("text", "number"),
    [("我真不想活了", "12356"), ("他天天打我", "12338"), ("家里没钱吃饭了", "12345"), ("我爸晕倒了快不行了", "120")],
)
def test_distress_gets_the_line_that_helps_and_nothing_else(talk: Conversation, text: str, number: str) -> None:
    assert talk.came_to(PROOF).startswith("clarify")
    reply = talk.say(text)
    assert (reply.outcome.act, reply.outcome.guide, reply.buttons) == (Act.HANDOFF, None, [])
    assert number in reply.text
    assert "证明" not in reply.text


def test_anger_is_no_distress(talk: Conversation) -> None:
    reply = talk.say("气死人了，跑了三趟都办不成")
    assert "12356" not in reply.text
    assert "监督电话" in reply.text


def test_two_messages_at_once_are_taken_one_after_the_other(stack: Stack) -> None:
    for _ in range(3):
        talk = stack.conversation()
        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(talk.say, (CARD, "电话呢")))
        assert replies[0].outcome.guide == "g77"
        assert replies[1].outcome.act in (Act.ANSWER, Act.FALLBACK)  # whichever came first
        assert talk.came_to("在哪办") == "answer g77 location"


def test_random_turns_hold(stack: Stack) -> None:
    """A smaller walk than `python -m scripts.random_walk`: WalkError where a turn breaks a rule."""

    def say(sender: str, text: str) -> list[dict[str, object]]:
        answer = stack.client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        answer.raise_for_status()
        return list(answer.json())

    acts = walk(240, 3, say)
    assert acts[Act.ANSWER] and acts[Act.CLARIFY]
