"""What a good clerk would do with what people say: half sentences, statements, hints, buttons, two things at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import LIMITS, OFFICE, scores
from judging import ASKED, CLEAR, FAMILY, JUDGE, NAMELESS, STRANGE, WAITING, heard, resolve

from bot.outcome import Act
from index.engine import Scores
from index.memory import Memory


def test_earlier_matter_is_easy_to_come_back_to() -> None:
    first = JUDGE.decide(heard("泳帽丢了"), CLEAR, Memory()).memory
    other = JUDGE.decide(heard("机关泳票停"), scores(g02=0.95), replace(first, said={"audience": (OFFICE,)})).memory
    back, forgotten = scores(g04=0.8, topicless=0.02), replace(other, beliefs={"g02": 1.0})
    assert JUDGE.decide(heard("再说泳帽"), back, forgotten).guide is None
    assert JUDGE.decide(heard("再说泳帽"), back, other).guide == "g04"


def test_what_was_said_and_does_not_fit_the_answer_is_forgotten() -> None:
    memory = Memory(said={"audience": (OFFICE,), "channel": ("线上",)})
    said = JUDGE.answer("g01", "materials", {"g01": 1.0}, memory).memory.said
    assert said == {"channel": ("线上",)}


def test_hint_that_the_answer_confirms_is_remembered() -> None:
    hinted = heard(hints={"audience": (OFFICE,), "person": ("本人", "供养亲属")})
    said = JUDGE.decide(hinted, scores(g02=0.95), Memory()).memory.said
    assert said == {"audience": (OFFICE,)}


def test_statement_about_the_person_keeps_the_section() -> None:
    first = JUDGE.decide(heard("机关泳票停"), scores(g02=0.95, g01=0.04, g03=0.001), Memory()).memory
    told = heard("我在公司上班", "location", said={"audience": ("企业",)}, asks=False)
    decision = JUDGE.decide(told, STRANGE, first)
    assert (decision.guide, decision.section) == ("g01", "materials")


def test_section_named_by_a_word_is_meant_where_the_text_names_no_matter() -> None:
    first = JUDGE.decide(heard(section="location"), CLEAR, Memory()).memory
    assert JUDGE.decide(heard("材料没有咋办", "overview", named="materials"), NAMELESS, first).section == "materials"
    assert JUDGE.decide(heard("泳帽材料咋办", "overview", named="materials"), CLEAR, first).section == "overview"


def test_title_that_was_offered_keeps_the_section() -> None:
    first = JUDGE.decide(heard(), scores(g01=0.9, g02=0.05), Memory()).memory
    assert JUDGE.decide(heard("机关泳票暂停", None), scores(g02=1.0), first).section == "materials"
    assert JUDGE.decide(heard("机关泳票暂停", None), scores(g02=1.0), Memory()).section == "overview"


def test_statement_about_a_look_alike_or_a_correction_keeps_the_section() -> None:
    first = JUDGE.decide(heard(), scores(g01=0.9, g02=0.05), Memory()).memory
    statement = heard("是给家里人那份", "overview", asks=False)
    assert JUDGE.decide(statement, scores(g03=0.98), first).section == "materials"
    assert JUDGE.decide(replace(statement, asks=True), scores(g03=0.98), first).section == "overview"
    assert JUDGE.decide(statement, scores(g04=1.0), first).section == "overview"
    assert JUDGE.decide(replace(statement, corrects=True), scores(g04=1.0), first).section == "materials"


def test_hint_does_not_choose_against_what_all_was_said_means() -> None:
    hint = heard("去学校了", None, hints={"audience": (OFFICE,)}, asks=False)
    assert resolve(hint, together=scores(g01=0.5, g02=0.4)).guide == "g02"
    assert resolve(hint, together=scores(g01=0.95, g02=0.04)).guide == "g01"


def test_statement_that_goes_with_the_question_is_no_other_question() -> None:
    told = heard("年头不够", "overview", asks=False)
    assert resolve(told, scores(g04=0.6), scores(g01=0.6, g02=0.3)).guide == "g01"
    assert JUDGE.resolve(replace(told, asks=True), scores(g04=0.6), scores(g01=0.6, g02=0.3), WAITING) is None
    assert JUDGE.resolve(told, scores(g04=0.9), scores(g01=0.6, g02=0.3), WAITING) is None


def test_likely_guides_that_no_title_makes_look_alikes_are_asked_back_too_where_it_was_left_open() -> None:
    judge = replace(JUDGE, thresholds=replace(LIMITS, unsaid=0.1, unsaid_matter=0.1))
    given = scores(g01=0.75, g04=0.2)
    told = {"audience": 0.0, "person": 0.0}
    assert judge.decide(heard(), replace(given, open={**told, "matter": 0.0}), Memory()).act is Act.ANSWER
    assert judge.decide(heard(), replace(given, open={**told, "matter": 1.0}), Memory()).act is Act.CLARIFY


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (scores(g01=0.95), scores(g04=0.95), True),
        (scores(g01=0.95), scores(g02=0.95), False),
        (STRANGE, scores(g04=0.95), True),
        (STRANGE, STRANGE, False),
        (scores(g01=0.95), NAMELESS, False),
        (scores(g01=0.95), scores(g04=0.6, out_of_scope=0.35), False),
    ],
    ids=["two", "look-alikes", "one not in the book", "none in the book", "no matter of its own", "unsure"],
)
def test_two_texts_are_about_two_matters_only_where_that_is_certain(one: Scores, other: Scores, apart: bool) -> None:
    assert JUDGE.apart(one, other) is JUDGE.apart(other, one) is apart


def test_both_are_quoted_where_two_are_left_and_one_cannot_tell() -> None:
    two = replace(ASKED, beliefs={"g01": 0.6, "g02": 0.4}, asked=2)
    decision = resolve(heard("不知道", None, unsure=True), memory=Memory(pending=two))
    assert (decision.guide, decision.beside, decision.memory.beside) == ("g01", "g02", "g02")
    assert JUDGE.decide(heard(), CLEAR, decision.memory).memory.beside is None


def test_what_a_value_means_may_be_asked() -> None:
    asks = heard("机关是啥意思", None, said={"audience": (OFFICE,)}, unsure=True)
    assert resolve(asks).act is Act.CLARIFY


def test_hint_chooses_in_a_reply_but_never_moves_a_conversation() -> None:
    hint = {"audience": (OFFICE,)}
    assert resolve(heard("教书的", None, hints=hint, asks=False)).guide == "g02"
    first = JUDGE.decide(heard(), scores(g01=0.95), Memory()).memory
    assert JUDGE.decide(heard("教书的也在这办吗", "location", hints=hint), NAMELESS, first).guide == "g01"


def test_another_facet_than_the_one_asked_for_is_a_reply_too() -> None:
    decision = resolve(heard("给家属办的", None, said={"person": ("供养亲属",)}), STRANGE)
    assert (decision.act, decision.guide) == (Act.ANSWER, "g03")


def test_whole_question_that_names_an_option_is_no_reply() -> None:
    whole = heard("企业的泳帽丢了咋办", "overview", said={"audience": ("企业",)})
    assert JUDGE.resolve(whole, CLEAR, FAMILY, WAITING) is None


def test_statement_that_makes_the_question_clear_may_be_about_a_guide_not_offered() -> None:
    told = heard("帽子坏了", "overview", asks=False)
    decision = resolve(told, scores(g05=0.5), scores(g05=0.9))
    assert (decision.guide, decision.section) == ("g05", "materials")
    assert JUDGE.resolve(heard("帽子坏了", "overview"), scores(g05=0.5), scores(g05=0.9), WAITING) is None


def test_statement_is_read_with_the_question_where_that_makes_it_clearer() -> None:
    told = heard("帽子坏了", "overview", asks=False)
    assert resolve(told, scores(g04=0.85), scores(g05=0.95)).guide == "g05"
    assert JUDGE.resolve(told, scores(g04=0.95), scores(g05=0.85), WAITING) is None


def test_near_guides_are_at_most_three_and_near() -> None:
    assert JUDGE.near(scores(g04=0.05, g05=0.03, out_of_scope=0.9)) == ("g04", "g05")
    assert JUDGE.near(scores(g01=0.1, g02=0.2, g04=0.3, out_of_scope=0.4)) == ("g04", "g02", "g01")
    assert JUDGE.near(scores(out_of_scope=1.0)) == ()


def test_strays_are_left_out_of_the_question_about_a_family() -> None:
    decision = JUDGE.decide(heard("泳票停"), scores(g01=0.5, g02=0.35, g04=0.14), Memory())
    assert decision.question is not None
    assert {guide for option in decision.question.options for guide in option.guides} == {"g01", "g02", "g03"}


def test_talk_is_no_reply_unless_it_chooses() -> None:
    assert JUDGE.resolve(heard("谢谢你们", None, talk=True, asks=False), STRANGE, FAMILY, WAITING) is None
    assert resolve(heard("2", None, talk=True)).guide == "g02"


def test_button_of_a_dropped_question_still_answers_it() -> None:
    dropped = WAITING.without_question()
    decision = JUDGE.decide(heard("机关事业单位（按钮）", None), STRANGE, dropped)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g02", "materials")
    assert decision.memory.shelved is None
    assert JUDGE.decide(heard("补领（按钮）", None), STRANGE, dropped).act is Act.FALLBACK


def test_button_pressed_twice_answers_the_same() -> None:
    press = heard("机关事业单位（按钮）", None, said={"audience": (OFFICE,)}, bare=True)
    first = resolve(press)
    second = JUDGE.decide(press, STRANGE, first.memory)
    assert (second.act, second.guide, second.section) == (Act.ANSWER, first.guide, first.section)


@pytest.mark.parametrize("text", ["3", "第四个"])
def test_number_of_no_option_is_a_shrug(text: str) -> None:
    two = replace(ASKED, beliefs={"g01": 0.6, "g02": 0.4})
    decision = resolve(heard(text, None), memory=Memory(pending=two))
    assert decision.memory.pending is not None and decision.memory.pending.repeated


def test_same_question_is_not_put_twice_the_same_way() -> None:
    memory, side = WAITING, heard("泳票先停停，带啥", "process")
    again = JUDGE.decide(side, FAMILY, memory)
    assert again.memory.pending is not None
    assert (again.act, again.section, again.memory.pending.repeated) == (Act.CLARIFY, "process", True)
    assert JUDGE.decide(side, FAMILY, again.memory).act is Act.ANSWER


def test_hint_in_a_short_text_without_matter_or_section_moves_a_conversation() -> None:
    first = JUDGE.decide(heard(), scores(g01=0.94, g02=0.05), Memory()).memory
    decision = JUDGE.decide(heard("教书的呢", None, asks=False, hints={"audience": (OFFICE,)}), STRANGE, first)
    assert (decision.guide, decision.section) == ("g02", "materials")


def test_family_that_is_spread_thin_is_asked_about_all_the_same() -> None:
    thin = scores(g01=0.12, g02=0.12, g03=0.12, out_of_scope=0.4)
    assert JUDGE.decide(heard("泳票的事"), thin, Memory()).act is Act.CLARIFY


def test_statement_that_means_nothing_by_itself_is_read_with_the_question() -> None:
    told = heard("以后都不游了", None, asks=False)
    assert resolve(told, STRANGE, scores(g02=0.6, g01=0.1)).guide == "g02"
    assert JUDGE.resolve(replace(told, refusal=0.9), STRANGE, scores(g02=0.6), WAITING) is None


def test_statement_that_clearly_means_an_option_is_no_value_that_was_not_offered() -> None:
    matter = replace(ASKED, slot="matter", beliefs={"g04": 0.5, "g05": 0.4})
    told = heard("票暂停了，帽子裂了", None, said={"matter": ("暂停",)}, asks=False)
    assert resolve(told, scores(g05=0.95), scores(g05=0.9), Memory(pending=matter)).guide == "g05"
    assert resolve(told, scores(g01=0.5), scores(g01=0.9), Memory(pending=matter)).guide == "g01"


def test_question_put_again_is_about_the_section_that_was_asked() -> None:
    vague = heard("这两样有啥不同", "eligibility")
    asked = JUDGE.decide(vague, NAMELESS, WAITING).memory.pending
    assert asked is not None and asked.section == ASKED.section
