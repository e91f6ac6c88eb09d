"""A turn is answered, asked back or refused; a question under way is answered, put again, put off, or given up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import LIMITS, OFFICE, scores
from judging import ASKED, CLEAR, DOUBTFUL, FAMILY, JUDGE, LOPSIDED, NAMELESS, STRANGE, WAITING, heard, resolve

from bot.outcome import Act
from index.decide import Heard
from index.engine import Scores
from index.memory import Memory

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
    decision = JUDGE.decide(heard("机关的呢", None, said={"audience": (OFFICE,)}, asks=False), STRANGE, first)
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
