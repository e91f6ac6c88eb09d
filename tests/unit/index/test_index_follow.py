"""What goes on from an answer: another matter of the same kind, a correction, a denial, a question of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from invented import GUIDES, OFFICE, SHOP, guide, scores
from judging import ASKED, CLEAR, JUDGE, NAMELESS, STRANGE, WAITING, heard, resolve

from bot.outcome import Act
from index.memory import Memory
from index.turn import Heard

CAPS = {
    "g04": guide("g04", "游泳馆泳帽补领", {"matter": ("补领",)}),
    "g05": guide("g05", "游泳馆泳帽换领", {"matter": ("换领",)}),
}
STERN = replace(JUDGE, thresholds=replace(JUDGE.thresholds, denied=0.0002))
KIN = replace(JUDGE, guides={**GUIDES, **CAPS})  # where the caps are look-alikes

CAP = Memory("g04", "materials", {"g04": 1.0})
RELATIVE = Memory("g03", "location", {"g03": 1.0}, {"audience": (SHOP,), "person": ("供养亲属",)})
TO_THE_OTHER_CAP = scores(g05=0.3, topicless=0.65)


@pytest.mark.parametrize("text", ["那换领的呢", "不是，我要换领"])
def test_another_matter_that_is_named_alone_is_meant_with_the_section_kept(text: str) -> None:
    decision = JUDGE.decide(heard(text, None, said={"matter": ("换领",)}, asks=False), TO_THE_OTHER_CAP, CAP)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g05", "materials")


def test_what_asks_nothing_is_told_of_the_last_matter_however_strange_it_sounds() -> None:
    told = heard("火化证找不着了", "overview", asks=False)
    assert JUDGE.decide(told, STRANGE, CAP).guide == "g04"
    assert JUDGE.decide(told, STRANGE, Memory()).act is Act.FALLBACK
    assert JUDGE.decide(replace(told, refusal=0.4), STRANGE, CAP).act is Act.FALLBACK
    assert JUDGE.decide(replace(told, asks=True), STRANGE, CAP).act is Act.FALLBACK


def test_another_matter_is_meant_where_a_hint_and_the_ranker_agree_on_it() -> None:
    hinted = heard("换一张怎么弄", "overview", hints={"matter": ("换领",)})
    assert JUDGE.decide(hinted, TO_THE_OTHER_CAP, CAP).guide == "g05"
    assert JUDGE.decide(hinted, scores(g04=0.3, topicless=0.65), CAP).guide == "g04"
    assert JUDGE.decide(heard("怎么弄", "overview"), TO_THE_OTHER_CAP, CAP).guide == "g04"


def test_hint_at_several_matters_moves_to_a_look_alike_only() -> None:
    several = heard("停了咋整", "overview", hints={"matter": ("换领", "暂停")})
    assert KIN.decide(several, scores(g01=0.3, topicless=0.65), CAP).guide == "g04"
    assert KIN.decide(several, TO_THE_OTHER_CAP, CAP).guide == "g05"


def test_matter_named_beside_a_section_is_named_in_passing() -> None:
    passing = heard("暂停证明要不要", "materials", said={"matter": ("暂停",)})
    assert JUDGE.decide(passing, NAMELESS, CAP).guide == "g04"


def test_matter_of_a_look_alike_beside_a_section_is_meant() -> None:
    named = heard("那换领要什么材料", "materials", said={"matter": ("换领",)})
    assert KIN.decide(named, NAMELESS, CAP).guide == "g05"
    assert JUDGE.decide(named, NAMELESS, CAP).guide == "g04"


def test_what_was_said_earlier_gives_way_to_what_no_guide_combines_with_it() -> None:
    decision = STERN.decide(heard("机关的呢", None, said={"audience": (OFFICE,)}, bare=True), NAMELESS, RELATIVE)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g02", "location")


def test_what_is_spoken_of_otherwise_no_longer_counts_against_a_guide() -> None:
    own = heard("不对，是我妈自己的泳票要停停了", "overview", hints={"person": ("个人", "本人")}, asks=False)
    given = scores(g01=0.9, g03=0.01)
    assert JUDGE.decide(own, given, RELATIVE).guide == "g01"
    assert JUDGE.decide(replace(own, hints={}), given, RELATIVE).guide != "g01"


def test_guide_thought_of_before_is_meant_by_a_facet_that_no_look_alike_has() -> None:
    goggles = guide("g06", "企业泳镜登记", {"audience": (SHOP,), "matter": ("登记",)})
    judge = replace(STERN, guides={**GUIDES, "g06": goggles})
    office = heard("要是机关的呢", None, said={"audience": (OFFICE,)}, bare=True)
    asked, never = ({"g06": 1 - p, "g02": p} for p in (0.1, 0.0))
    assert judge.decide(office, NAMELESS, Memory("g06", "materials", asked)).guide == "g02"
    assert judge.decide(office, NAMELESS, Memory("g06", "materials", never)).guide == "g06"


def test_question_that_is_surely_not_in_the_book_leans_on_nothing() -> None:
    strange = scores(out_of_scope=0.97)
    lost = heard("我户口本坏了咋换", None, hints={"matter": ("换领",), "audience": (SHOP,)})
    assert JUDGE.decide(lost, strange, CAP).act is Act.FALLBACK
    told = heard("机关泳馆怎么注销", "overview", said={"audience": (OFFICE,)})
    assert JUDGE.decide(told, strange, Memory("g01", "materials", {"g01": 1.0})).act is Act.FALLBACK


def test_ellipsis_keeps_the_section_for_a_matter_that_is_nothing_alike() -> None:
    last = Memory("g01", "location", {"g01": 1.0})
    assert JUDGE.decide(heard("丢了帽子的呢", None, asks=False, elliptic=True), CLEAR, last).section == "location"
    assert JUDGE.decide(heard("帽子丢了", None, asks=False), CLEAR, last).section == "overview"


def test_in_an_ellipsis_a_hint_counts_among_what_the_look_alikes_are_told_by() -> None:
    last = Memory("g01", "materials", {"g01": 0.9, "g03": 0.1}, {"audience": (SHOP,)})
    hints = {"person": ("供养亲属", "成年人")}
    wife = heard("那我媳妇呢", None, asks=False, elliptic=True, hints=hints)
    assert JUDGE.decide(wife, NAMELESS, last).guide == "g03"
    assert JUDGE.decide(replace(wife, elliptic=False), NAMELESS, last).guide == "g01"


def test_same_matter_is_meant_for_someone_else_whom_a_matter_only_describes() -> None:
    paused = Memory("g01", "location", {"g01": 1.0}, {"audience": (SHOP,)})
    said = {"audience": (OFFICE,), "matter": ("补领",)}
    neighbour = heard("还有个领泳帽的机关邻居呢", None, said=said, asks=False, elliptic=True, describes=True)
    decision = JUDGE.decide(neighbour, CLEAR, paused)
    assert (decision.guide, decision.section) == ("g02", "location")
    assert JUDGE.decide(replace(neighbour, describes=False), CLEAR, paused).guide == "g04"


def test_who_wants_the_same_in_a_longer_question_changes_what_was_said() -> None:
    paused = Memory("g01", "location", {"g01": 1.0}, {"audience": (SHOP,)})
    brother = heard("我弟在机关游泳，他的票也先停停，带什么", said={"audience": (OFFICE,)}, also=True)
    unsure = scores(g01=0.3, g02=0.5)
    assert JUDGE.decide(brother, unsure, paused).guide == "g02"
    assert JUDGE.decide(replace(brother, also=False), unsure, paused).act is Act.CLARIFY


@pytest.mark.parametrize("section", [None, "overview", "process", "eligibility"])
def test_statement_asks_for_no_section_whatever_it_sounds_like(section: str | None) -> None:
    statement = heard("才五十五，想换领", section, asks=False)
    assert KIN.decide(statement, scores(g05=0.95), CAP).section == "materials"


def test_statement_about_a_guide_not_offered_answers_the_first_question_and_ends_it() -> None:
    decision = JUDGE.decide(heard("帽子丢在池子里了", None, asks=False), CLEAR, WAITING)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g04", ASKED.section)
    assert decision.memory.pending is None
    assert JUDGE.decide(heard("帽子丢了去哪", "location"), CLEAR, WAITING).memory.pending is not None
    strange = JUDGE.decide(heard("今天真热", None, asks=False), scores(out_of_scope=0.97), WAITING)
    assert (strange.act, strange.memory.pending) == (Act.FALLBACK, replace(ASKED, aside=1))


# A reply


def test_denied_option_leaves_the_others() -> None:
    pending = replace(ASKED, beliefs={"g01": 0.5, "g02": 0.4})
    denied = heard("不是企业的", None, unsure=True, asks=False, denied={"audience": (SHOP,)})
    decision = resolve(denied, memory=Memory(pending=pending))
    assert (decision.act, decision.guide) == (Act.ANSWER, "g02")


def test_what_is_denied_is_neither_meant_nor_remembered() -> None:
    last = Memory("g01", "materials", {"g01": 0.9, "g02": 0.1}, {"audience": (SHOP,)})
    decision = JUDGE.decide(heard("不是企业的", None, denied={"audience": (SHOP,)}, asks=False), NAMELESS, last)
    assert decision.guide == "g02"
    assert decision.memory.said.get("audience") != (SHOP,)


@pytest.mark.parametrize(
    ("section", "said", "asked"),
    [
        ("materials", {"asks": True}, "materials"),
        ("eligibility", {"asks": True}, None),  # any question sounds like one
        ("eligibility", {"asks": True, "named": "eligibility"}, "eligibility"),
        ("overview", {"asks": True, "named": "eligibility"}, None),
        ("materials", {"asks": False}, None),
        ("materials", {"asks": True, "unsure": True}, None),
    ],
)
def test_section_is_asked_for_by_words(section: str, said: dict[str, Any], asked: str | None) -> None:
    assert Heard("机关的，要什么条件", section, {}, **said).asked == asked


def test_reply_that_asks_for_a_section_gets_that_section() -> None:
    decision = resolve(heard("机关的，去哪办", "location", said={"audience": (OFFICE,)}))
    assert (decision.guide, decision.section) == ("g02", "location")
    sounding = resolve(heard("是不是机关那种", "eligibility", said={"audience": (OFFICE,)}))
    assert (sounding.guide, sounding.section) == ("g02", "materials")


def test_fact_that_rules_candidates_out_leaves_the_rest_as_likely_as_the_whole_says() -> None:
    pending = replace(ASKED, slot="person", beliefs={"g01": 0.4, "g02": 0.3, "g05": 0.3})
    office = heard("机关的", None, said={"audience": (OFFICE,)})
    assert resolve(office, together=scores(g02=0.9), memory=Memory(pending=pending)).guide == "g02"
    assert resolve(office, together=scores(g05=0.9), memory=Memory(pending=pending)).guide == "g05"


def test_reply_that_speaks_of_two_values_is_read_as_a_whole() -> None:
    both = heard("泳校转到企业的", None, said={"audience": (SHOP,)}, hints={"audience": (OFFICE, SHOP)}, asks=False)
    assert resolve(both, together=scores(g02=0.9, g01=0.05)).guide == "g02"
    assert resolve(replace(both, hints={"audience": (SHOP,)}), together=scores(g02=0.9, g01=0.05)).guide != "g02"


def test_correction_of_who_it_is_for_keeps_the_matters_asked_about() -> None:
    two = {**GUIDES, "g06": guide("g06", "机关泳池恢复", {"audience": (OFFICE,), "matter": ("恢复",)}),
           "g07": guide("g07", "企业泳池恢复", {"audience": (SHOP,), "matter": ("恢复",)})}  # fmt: skip
    judge = replace(JUDGE, guides=two)
    pending = replace(ASKED, slot="matter", by_title=True, beliefs={"g02": 0.5, "g06": 0.5})
    said = heard("不是机关，是企业的", None, said={"audience": (SHOP,)}, asks=False)
    decision = judge.resolve(said, NAMELESS, scores(), Memory(said={"audience": (OFFICE,)}, pending=pending))
    assert decision is not None and decision.memory.pending is not None
    assert {"g01", "g07"} <= set(decision.memory.pending.beliefs)
    assert not {"g02", "g06"} & set(decision.memory.pending.beliefs)


def test_word_for_several_matters_is_left_to_the_ranker() -> None:
    said = heard("那补换领呢", None, asks=False, said={"matter": ("补领",)}, hints={"matter": ("补领", "换领")})
    assert JUDGE.decide(said, scores(g05=0.9), Memory("g01", "materials", {"g01": 1.0})).guide == "g05"


def test_going_back_is_about_what_was_talked_about() -> None:
    last = Memory("g04", "materials", {"g04": 0.83, "g01": 0.17})
    spread = scores(g02=0.27, g01=0.4, g03=0.27)
    back = heard("回到泳票那个，去哪办", "location", back=True)
    assert JUDGE.decide(back, spread, last).guide == "g01"
    assert JUDGE.decide(replace(back, back=False), spread, last).guide != "g01"


def test_who_returns_does_not_mean_the_last_matter_unless_it_is_named() -> None:
    last = Memory("g04", "materials", {"g04": 0.83, "g01": 0.17})
    before = heard("前面那个，去哪办", "location", back=True, returns=True)
    assert JUDGE.decide(before, NAMELESS, last).guide == "g01"
    assert JUDGE.decide(replace(before, returns=False), NAMELESS, last).guide == "g04"
    assert JUDGE.decide(before, scores(g04=0.5, topicless=0.5), last).guide == "g04"
