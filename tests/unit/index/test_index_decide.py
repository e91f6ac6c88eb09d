"""A turn is answered, asked back or refused; a question under way is answered, put again, put off, or given up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from invented import BOOK, GUIDES, LIMITS, OFFICE, scores

from bot.outcome import Act
from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.memory import Memory, Pending

JUDGE = Judge(GUIDES, BOOK, LIMITS)
CLEAR = scores(g04=0.95)
FAMILY = scores(g01=0.5, g02=0.4, g03=0.05)
NAMELESS = scores(topicless=0.95)
STRANGE = scores(out_of_scope=0.9)
DOUBTFUL = scores(g04=0.75, out_of_scope=0.2)
ASKED = Pending("audience", "泳票先停停", "materials", {"g01": 0.5, "g02": 0.4, "g03": 0.05})
WAITING = Memory(pending=ASKED)
LOPSIDED = replace(ASKED, beliefs={"g02": 0.8, "g01": 0.11, "g03": 0.1})  # the shop's tickets are not told apart


def heard(text: str = "泳帽丢了带啥", section: str | None = "materials", **more: Any) -> Heard:
    return Heard(text, section, more.pop("said", {}), **more)


def resolve(reply: Heard, alone: Scores = NAMELESS, together: Scores = FAMILY, memory: Memory = WAITING) -> Decision:
    decision = JUDGE.resolve(reply, alone, together, memory)
    assert decision is not None
    return decision


# A question


def test_clear_question_is_answered_and_remembered() -> None:
    decision = JUDGE.decide(heard(), CLEAR, Memory())
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g04", "materials")
    assert (decision.memory.guide, decision.memory.section) == ("g04", "materials")
    assert decision.memory.pending is None


def test_question_for_no_section_is_about_how_it_is_done() -> None:
    assert JUDGE.decide(heard(section=None), CLEAR, Memory()).section == "overview"


def test_further_sections_are_answered_at_once_or_after_the_question_and_not_again() -> None:
    assert JUDGE.decide(heard(more=("fee",)), CLEAR, Memory()).memory.more == ("fee",)
    asked = JUDGE.decide(heard("泳票先停停", more=("fee",)), FAMILY, Memory())
    answered = resolve(heard("局里的", None, said={"audience": (OFFICE,)}), memory=asked.memory)
    assert (answered.guide, answered.memory.more) == ("g02", ("fee",))
    assert JUDGE.decide(heard("带啥"), NAMELESS, answered.memory).memory.more == ()


def test_look_alikes_are_asked_back_with_what_was_asked_kept() -> None:
    decision = JUDGE.decide(heard("泳票先停停"), FAMILY, Memory())
    assert decision.act is Act.CLARIFY
    assert decision.question is not None and decision.question.slot == "audience"
    pending = decision.memory.pending
    assert pending is not None
    assert (pending.slot, pending.text, pending.section) == ("audience", "泳票先停停", "materials")
    assert pending.beliefs == pytest.approx({"g01": 0.5, "g02": 0.4, "g03": 0.05})  # the caps are no candidates
    assert JUDGE.question_of(pending) == decision.question


@pytest.mark.parametrize(
    ("given", "refusal"),
    [(STRANGE, 0.0), (NAMELESS, 0.0), (scores(out_of_scope=0.45, topicless=0.45), 0.0), (DOUBTFUL, 0.9)],
    ids=["not in the book", "no matter named", "nothing likely", "the intent doubts it too"],
)
def test_what_is_not_likely_in_the_book_is_refused(given: Scores, refusal: float) -> None:
    assert JUDGE.decide(heard(refusal=refusal), given, Memory()).act is Act.FALLBACK


def test_doubts_count_only_together() -> None:
    assert JUDGE.decide(heard(), DOUBTFUL, Memory()).act is Act.ANSWER
    assert JUDGE.decide(heard(refusal=0.9), CLEAR, Memory()).act is Act.ANSWER


def test_doubt_that_no_question_can_settle_is_no_answer() -> None:
    assert JUDGE.decide(heard(), scores(g04=0.55, out_of_scope=0.35), Memory()).act is Act.FALLBACK
    assert JUDGE.decide(heard(), scores(g04=0.55, out_of_scope=0.05, topicless=0.35), Memory()).act is Act.ANSWER
    assert JUDGE.decide(heard(), scores(g01=0.3, g02=0.3, out_of_scope=0.35), Memory()).act is Act.CLARIFY


def test_refusal_keeps_the_topic() -> None:
    decision = JUDGE.decide(heard(), STRANGE, Memory("g04", "materials", {"g04": 1.0}))
    assert decision.act is Act.FALLBACK
    assert decision.memory.guide == "g04"


def test_look_alike_that_the_ranker_forgot_is_offered_all_the_same() -> None:
    asked = JUDGE.decide(heard(), scores(g01=0.5, g03=0.4), Memory()).memory.pending
    assert asked is not None
    assert asked.beliefs["g02"] > 0


# The next one


def test_section_alone_stays_with_the_matter() -> None:
    first = JUDGE.decide(heard(), CLEAR, Memory()).memory
    decision = JUDGE.decide(heard("在几楼", "location"), NAMELESS, first)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g04", "location")


def test_facet_alone_moves_to_the_look_alike_with_the_same_section() -> None:
    first = JUDGE.decide(heard(), scores(g01=0.88, g02=0.08, g03=0.03), Memory()).memory
    decision = JUDGE.decide(heard("机关的呢", None, said={"audience": (OFFICE,)}), STRANGE, first)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g02", "materials")
    assert decision.memory.said == {"audience": (OFFICE,)}


def test_title_of_another_guide_is_that_guide_whatever_facets_are_in_it() -> None:
    first = JUDGE.decide(heard(), CLEAR, Memory()).memory
    title = heard("机关泳票暂停", None, said={"audience": (OFFICE,)})
    decision = JUDGE.decide(title, scores(g02=0.97), first)
    assert (decision.act, decision.guide) == (Act.ANSWER, "g02")


def test_button_of_a_section_stays_with_the_matter_whatever_its_words_are_like() -> None:
    first = JUDGE.decide(heard(), CLEAR, Memory()).memory
    decision = JUDGE.decide(heard("办理地点", "location", pressed=True), STRANGE, first)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g04", "location")


def test_matter_of_its_own_leaves() -> None:
    first = JUDGE.decide(heard(), scores(g01=0.9), Memory()).memory
    assert JUDGE.decide(heard(), CLEAR, first).guide == "g04"


# The reply


@pytest.mark.parametrize("text", ["机关事业单位（按钮）", "2", "第二个"])
def test_button_or_number_answers_what_was_asked_first(text: str) -> None:
    decision = resolve(heard(text, None))
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g02", "materials")
    assert decision.memory.pending is None
    assert set(decision.memory.beliefs) >= {"g01", "g02"}  # its look-alikes stay near for "企业的呢"


def test_value_in_free_words_answers() -> None:
    decision = resolve(heard("局里的", None, said={"audience": (OFFICE,)}))
    assert decision.guide == "g02"
    assert decision.memory.said == {"audience": (OFFICE,)}


def test_free_words_are_read_together_with_the_question() -> None:
    decision = resolve(heard("在局里上班", None), scores(), scores(g02=0.8))
    assert (decision.act, decision.guide) == (Act.ANSWER, "g02")


def test_reply_that_does_not_settle_leads_to_a_second_question_of_another_facet() -> None:
    decision = resolve(heard("企业（按钮）", None), memory=Memory(pending=LOPSIDED))
    assert decision.act is Act.CLARIFY
    assert decision.question is not None and decision.question.slot == "person"
    assert decision.memory.pending is not None
    assert (decision.memory.pending.asked, decision.memory.pending.section) == (2, "materials")


def test_there_is_no_third_question() -> None:
    second = replace(LOPSIDED, asked=LIMITS.max_questions)
    decision = resolve(heard("企业（按钮）", None), memory=Memory(pending=second))
    assert (decision.act, decision.guide) == (Act.ANSWER, "g01")


def test_shrug_is_asked_once_more_and_then_answered_with_the_likeliest() -> None:
    shrug = heard("不知道", None, unsure=True)
    again = resolve(shrug)
    assert again.act is Act.CLARIFY
    assert again.memory.pending == replace(ASKED, repeated=True, asked=2)
    decision = resolve(shrug, memory=again.memory)
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g01", "materials")


@pytest.mark.parametrize(
    ("reply", "alone"),
    [
        (heard("泳帽丢了咋办", "overview"), CLEAR),
        (heard("今天水温几度", None), STRANGE),
        (heard("几点开门", "hours"), NAMELESS),
    ],
    ids=["another matter", "nothing of ours", "a side question"],
)
def test_another_question_is_no_reply(reply: Heard, alone: Scores) -> None:
    assert JUDGE.resolve(reply, alone, FAMILY, WAITING) is None


def test_nothing_is_replied_to_where_nothing_was_asked() -> None:
    assert JUDGE.resolve(heard("1", None), NAMELESS, FAMILY, Memory()) is None


# Beside the question


def test_side_question_that_all_candidates_answer_alike_is_answered_and_the_question_comes_back() -> None:
    decision = JUDGE.decide(heard("在几楼", "location"), NAMELESS, WAITING)
    assert (decision.act, decision.section) == (Act.ANSWER, "location")
    assert decision.guide in ASKED.beliefs
    assert decision.memory.pending == replace(ASKED, aside=1)
    assert JUDGE.question_of(decision.memory.pending) is not None


def test_question_is_dropped_after_two_turns_about_something_else() -> None:
    memory = WAITING
    for aside in (1, 2):
        memory = JUDGE.decide(heard("今天水温几度", None), STRANGE, memory).memory
        assert memory.pending is not None and memory.pending.aside == aside
    assert JUDGE.decide(heard("今天水温几度", None), STRANGE, memory).memory.pending is None


# What a clerk would do


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
    decision = JUDGE.decide(heard("教书的呢", None, hints={"audience": (OFFICE,)}), STRANGE, first)
    assert (decision.guide, decision.section) == ("g02", "materials")


def test_family_that_is_spread_thin_is_asked_about_all_the_same() -> None:
    thin = scores(g01=0.12, g02=0.12, g03=0.12, out_of_scope=0.4)
    assert JUDGE.decide(heard("泳票的事"), thin, Memory()).act is Act.CLARIFY


def test_statement_that_means_nothing_by_itself_is_read_with_the_question() -> None:
    told = heard("以后都不游了", None, asks=False)
    assert resolve(told, STRANGE, scores(g02=0.6, g01=0.1)).guide == "g02"
    assert JUDGE.resolve(replace(told, refusal=0.9), STRANGE, scores(g02=0.6), WAITING) is None
