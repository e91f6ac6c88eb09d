"""What NLU made of a message is read the way people talk: denials, side remarks, shrugs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from invented import OFFICE, SECTIONS, SHOP, SIGNS
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions import hear
from actions.hear import facets_said, memory_of, put_now, remember
from index.memory import Memory, Pending
from index.turn import Heard

Message = Callable[..., Tracker]
ASKED = Pending("audience", "泳票先停停", "materials", {"g01": 0.5, "g02": 0.4}, turn="m0")


def heard(tracker: Tracker, *words: Any) -> Heard:
    return hear.heard(tracker.latest_message, *words)


def found(entity: str, value: str, start: int) -> dict[str, Any]:
    return {"entity": entity, "value": value, "start": start}


def test_facets_are_the_entities_each_value_once() -> None:
    entities = [found("audience", SHOP, 0), found("audience", SHOP, 4), found("person", "本人", 8)]
    assert facets_said({"text": "企业的，公司里我本人", "entities": entities}, SIGNS) == {
        "audience": (SHOP,),
        "person": ("本人",),
    }


@pytest.mark.parametrize("text", ["不是企业，是机关", "我不属于企业，是机关", "这不算企业，是机关"])
def test_what_is_denied_was_not_said(text: str) -> None:
    entities = [found("audience", SHOP, text.index("企业")), found("audience", OFFICE, text.index("机关"))]
    assert facets_said({"text": text, "entities": entities}, SIGNS) == {"audience": (OFFICE,)}


def test_denial_ends_with_its_clause() -> None:
    text = "卡不是丢了，企业的"
    assert facets_said({"text": text, "entities": [found("audience", SHOP, 6)]}, SIGNS) == {"audience": (SHOP,)}


def test_entities_that_are_no_facets_are_left_out() -> None:
    assert facets_said({"text": "明天", "entities": [found("time", "明天", 0)]}, SIGNS) == {}
    assert facets_said({"text": "明天"}, SIGNS) == {}


def ranking(*pairs: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"name": name, "confidence": confidence} for name, confidence in pairs]


@pytest.mark.parametrize(
    ("intents", "section"),
    [
        (ranking(("fee", 0.3), ("hours", 0.2)), "fee"),
        (ranking(("inform", 0.6), ("fee", 0.2), ("hours", 0.1)), "fee"),
        (ranking(("inform", 0.9), ("fee", 0.05)), None),
        (ranking(("greet", 0.9)), None),
        (ranking(("checklist", 0.6), ("materials", 0.3)), "checklist"),
        (ranking(("checklist", 0.4), ("fee", 0.3)), "materials"),
        (ranking(("inform", 0.6), ("eligible", 0.3)), "eligibility"),
        (ranking(("inform", 0.6), ("overview", 0.3)), None),
    ],
    ids=[
        "first",
        "behind another",
        "hardly",
        "none",
        "a request",
        "a doubtful request",
        "a request behind another",
        "what is left over behind another",
    ],
)
def test_section_is_the_first_or_the_next_that_is_likely(
    message: Message, intents: list[dict[str, Any]], section: str | None
) -> None:
    assert heard(message("几个钱", intent_ranking=intents), SECTIONS, SIGNS).section == section


@pytest.mark.parametrize(
    ("meant", "section"),
    [
        ({}, "fee"),
        ({"fee": 0.3, "hours": 0.4}, "fee"),
        ({"fee": 0.2, "hours": 0.9}, "hours"),
        ({"fee": 0.1, "phone": 0.9}, "fee"),
    ],
)
def test_meaning_decides_where_the_words_leave_it_open(message: Message, meant: dict[str, float], section: str) -> None:
    words = ranking(("fee", 0.4), ("hours", 0.3), ("phone", 1e-6))
    assert heard(message("几个钱", intent_ranking=words), SECTIONS, SIGNS, lambda text: meant).section == section


@pytest.mark.parametrize(
    ("whole", "pieces", "section", "more"),
    [
        ("fee", [("materials", 0.9), ("fee", 0.8)], "fee", ("materials",)),
        ("overview", [("materials", 0.9), ("fee", 0.8)], "materials", ("fee",)),
        ("fee", [("overview", 0.9), ("fee", 0.8)], "fee", ()),
        ("fee", [("materials", 0.5), ("fee", 0.8)], "fee", ()),
        ("fee", [("fee", 0.9), ("fee", 0.8)], "fee", ()),
        ("fee", [("greet", 0.9), ("fee", 0.8)], "fee", ()),
    ],
    ids=["two", "none by the whole", "how at all", "unsure", "the same", "no section"],
)
def test_two_sections_asked_at_once_are_both_heard(
    message: Message, whole: str, pieces: list[tuple[str, float]], section: str, more: tuple[str, ...]
) -> None:
    asked = heard(message("带啥，收费不", whole, asked=ranking(*pieces)), SECTIONS, SIGNS)
    assert (asked.section, asked.more) == (section, more)


@pytest.mark.parametrize(
    ("text", "section"),
    [("那泳校的人呢？", None), ("那泳校的材料呢", "fee"), ("那泳校几天能办呢", "fee"), ("费用呢", "fee")],
    ids=["the same again", "names one", "asks for one", "names nobody"],
)
def test_and_what_of_another_asks_for_no_section_of_its_own(message: Message, text: str, section: str | None) -> None:
    assert heard(message(text, "fee"), SECTIONS, SIGNS).section == section


def test_and_what_of_another_may_name_what_no_sign_knows(message: Message) -> None:
    both = ranking(("inform", 0.6), ("fee", 0.3))
    again = heard(message("住外地看病的路费呢", "inform", intent_ranking=both), SECTIONS, SIGNS)
    assert (again.section, again.elliptic, again.asks) == (None, True, False)
    assert heard(message("泳校的也一样吗", "audience_desc"), SECTIONS, SIGNS).elliptic
    assert heard(message("不是泳校的", "deny"), SECTIONS, SIGNS).denied == {"audience": (OFFICE,)}


@pytest.mark.parametrize("text", ["本人要带一个吗", "泳校办的是这个吗"])
def test_one_and_this_are_not_the_same_again(message: Message, text: str) -> None:
    assert not heard(message(text), SECTIONS, SIGNS).elliptic


@pytest.mark.parametrize(
    ("text", "back"),
    [
        *((text, True) for text in ("回到泳帽那个", "刚才那个要带什么", "之前说的那个", "接着说泳帽")),
        *((text, True) for text in ("回到泳帽，去窗口的话带什么", "前头那个网上怎么办")),
        *((text, True) for text in ("回泳帽那个，几天能好", "还是说泳票那个，带啥", "刚才我爸泳帽那个去哪办")),
        *(
            (text, False)
            for text in ("回老家那个月怎么交", "回执丢了那个怎么办", "之前那家泳馆没给交", "还是说要本人那个证")
        ),
        *(
            (text, False)
            for text in ("我爸刚刚去世了怎么办", "回头我去办要带啥", "我回到老家了", "先前停过三年", "回头要那个表不")
        ),
        *((text, False) for text in ("回到老家以后怎么办", "再回到威海上班要办啥")),
    ],
)
def test_going_back_is_heard_where_something_is_pointed_at(message: Message, text: str, back: bool) -> None:
    assert heard(message(text), SECTIONS, SIGNS).back is back


@pytest.mark.parametrize(
    ("text", "returns", "also", "describes", "wants"),
    [
        ("前面那个去哪办", True, False, False, False),
        ("回到泳帽那个", True, False, False, False),
        ("刚才说的材料要原件吗", False, False, False, False),
        ("我弟那边是泳校，带什么", False, True, False, False),
        ("他也换号了，去哪改", False, True, False, False),
        ("你们那边几点上班", False, False, False, False),
        ("也许是吧，不一样就算了", False, False, False, False),
        ("还有个领泳票的邻居呢", False, False, True, False),
        ("我想办张新的", False, False, False, True),
        ("帮我查一下泳票", False, False, False, True),
        ("我要是不在呢", False, False, False, False),
    ],
)
def test_manner_in_which_it_is_said_is_heard(
    message: Message, text: str, returns: bool, also: bool, describes: bool, wants: bool
) -> None:
    read = heard(message(text), SECTIONS, SIGNS)
    assert (read.returns, read.also, read.describes, read.wants) == (returns, also, describes, wants)


def test_correction_is_heard_also_behind_another_intent(message: Message) -> None:
    assert heard(message("说错了", "correct"), SECTIONS, SIGNS).corrects
    assert heard(message("说错了", intent_ranking=ranking(("fee", 0.7), ("correct", 0.2))), SECTIONS, SIGNS).corrects
    assert not heard(message("几个钱", "fee"), SECTIONS, SIGNS).corrects


def test_row_of_marks_is_one_to_the_ranker(message: Message) -> None:
    assert heard(message("泳帽丢了！！！！！！怎么办？？"), SECTIONS, SIGNS).text == "泳帽丢了！怎么办？？"


def test_confidence_of_being_out_of_scope_is_kept(message: Message) -> None:
    assert heard(message(intent_ranking=ranking(("fee", 0.5), ("out_of_scope", 0.4))), SECTIONS, SIGNS).refusal == 0.4
    assert heard(message("食堂", "out_of_scope"), SECTIONS, SIGNS).refusal == 0.9
    assert heard(message(), SECTIONS, SIGNS).refusal == 0


@pytest.mark.parametrize("intent", ["unsure", "affirm", "deny"])
def test_shrugs_and_nods_choose_nothing(message: Message, intent: str) -> None:
    assert heard(message("嗯", intent), SECTIONS, SIGNS).unsure


@pytest.mark.parametrize("text", ["都不是", "都不是/不清楚"])
def test_none_of_these_is_a_shrug(message: Message, text: str) -> None:
    assert heard(message(text, "inform"), SECTIONS, SIGNS).unsure


def test_question_that_speaks_of_none_is_no_shrug(message: Message) -> None:
    assert not heard(message("我和老伴都不是本地人，泳帽丢了怎么补", "overview"), SECTIONS, SIGNS).unsure


def test_button_of_a_section_means_it_whatever_nlu_makes_of_it(message: Message) -> None:
    pressed = heard(message("申请材料", "affirm"), SECTIONS, SIGNS)
    assert (pressed.section, pressed.pressed, pressed.unsure) == ("materials", True, False)
    typed = heard(message("申请材料有哪些", "materials"), SECTIONS, SIGNS)
    assert (typed.section, typed.pressed) == ("materials", False)


def test_memory_comes_back_from_its_slot(message: Message) -> None:
    memory = Memory("g01", "fee", {"g01": 0.9}, {"audience": (SHOP,)}, ASKED)
    assert memory_of(message(memory=memory.to_json())) == memory
    assert memory_of(message()) == Memory()


def test_what_is_remembered_shows_in_slots_of_its_own() -> None:
    memory = Memory("g01", "fee", {}, {"audience": (SHOP,), "channel": ("线上", "窗口")})
    assert remember(memory) == [
        SlotSet("memory", memory.to_json()),
        SlotSet("audience", SHOP),
        SlotSet("channel", "线上、窗口"),
    ]


def test_slot_that_is_asked_for_is_emptied_even_if_it_was_said() -> None:
    memory = Memory(said={"audience": (SHOP,)}, pending=ASKED)
    assert SlotSet("audience", None) in remember(memory)
    assert SlotSet("audience", SHOP) not in remember(memory)


def test_question_is_marked_with_the_turn_it_was_put_in(message: Message) -> None:
    put = put_now(Memory(pending=ASKED), message(message_id="m9"))
    assert put.pending is not None and put.pending.turn == "m9"
    assert put_now(Memory(), message()) == Memory()


def test_text_of_nothing_but_facets_is_bare(message: Message) -> None:
    office = {"entity": "audience", "value": OFFICE, "start": 1, "end": 3}
    assert heard(message("那机关的呢？", "overview", entities=[office]), SECTIONS, SIGNS).bare
    assert not heard(message("那机关的收费呢？", "fee", entities=[office]), SECTIONS, SIGNS).bare
    assert not heard(message("那呢？"), SECTIONS, SIGNS).bare


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *((text, True) for text in ("带啥", "收不收钱", "要交钱不", "多久能好", "电话")),
        *((text, True) for text in ("手机上就能办吧", "有没有限制", "单位办还是个人办")),
        *((text, True) for text in ("窗口还是网上", "那得本人去吧")),
        *((text, False) for text in ("我是泳校的", "直接去窗口办", "算泳校的吧", "还是窗口吧")),
        *((text, False) for text in ("可能是泳校的吧", "我觉得是泳校吧", "主要是退休吧", "银行发的吧", "行吧")),
        *((text, False) for text in ("是补那几年的", "干了十几年", "等了好几天", "差这几个月", "前几天走了")),
        *((text, True) for text in ("几天能好", "得跑几趟", "材料交几份", "提前几个月能报上")),
        *((text, False) for text in ("我妈还是农村户口", "现在还是在职", "那我还是去窗口")),
    ],
)
def test_question_is_told_from_a_statement(message: Message, text: str, asks: bool) -> None:
    assert heard(message(text, "inform"), SECTIONS, SIGNS).asks is asks


def test_hints_and_the_section_named_are_read_from_the_words(message: Message) -> None:
    read = heard(message("泳校的材料呢"), SECTIONS, SIGNS)
    assert (read.hints, read.named, read.said) == ({"audience": (OFFICE,)}, "materials", {})


@pytest.mark.parametrize("intent", ["distress", "handoff", "cancel"])
def test_who_presses_says_nothing_of_facets(message: Message, intent: str) -> None:
    shop = {"entity": "audience", "value": SHOP, "start": 0, "end": 2}
    read = heard(message("企业不给工资，没饭吃了", intent, entities=[shop]), SECTIONS, SIGNS)
    assert (read.talk, read.said) == (True, {})
    assert heard(message("谢谢，企业的", "thanks", entities=[shop]), SECTIONS, SIGNS).said == {"audience": (SHOP,)}
