"""What was told before a question is read with it where the question is not clear by itself."""

from __future__ import annotations

from dataclasses import replace

from invented import OFFICE, SIGNS, scores
from judging import CLEAR, JUDGE, NAMELESS, STRANGE, heard

from bot.outcome import Act
from index.decide import Decision, Heard
from index.engine import Scores
from index.memory import STORY, Memory
from index.story import decide_told

TOLD = heard("昨天游泳", None, asks=False)
ASKS = heard("怎么补", "overview")
WHOLE = "昨天游泳，怎么补"


def decide(given: Heard, memory: Memory, **says: Scores) -> Decision:
    """A turn, with what the engine says of texts; of others it knows nothing."""
    return decide_told(JUDGE, lambda text: says.get(text, STRANGE), SIGNS.spoken, given, memory)[0]


def test_what_only_tells_is_kept_and_what_asks_is_not() -> None:
    assert decide(TOLD, Memory()).memory.story == "昨天游泳"
    assert decide(ASKS, Memory()).memory.story == ""


def test_question_that_is_not_clear_is_read_with_what_was_told() -> None:
    told = decide(TOLD, Memory()).memory
    assert decide(ASKS, Memory(), 怎么补=NAMELESS).act is Act.FALLBACK
    answered = decide(ASKS, told, 怎么补=NAMELESS, **{WHOLE: CLEAR})
    assert (answered.act, answered.guide, answered.memory.story) == (Act.ANSWER, "g04", "")


def test_question_back_is_about_the_whole_story() -> None:
    told = decide(TOLD, Memory()).memory
    asked = decide(ASKS, told, 怎么补=NAMELESS, **{WHOLE: scores(g01=0.5, g02=0.4)})
    assert asked.act is Act.CLARIFY and asked.memory.pending is not None
    assert (asked.memory.pending.text, asked.memory.story) == (WHOLE, "")


def test_question_that_is_clear_or_surely_not_in_the_book_needs_no_story() -> None:
    told = decide(TOLD, Memory()).memory
    assert decide(ASKS, told, 怎么补=scores(g05=0.95), **{WHOLE: CLEAR}).guide == "g05"
    refused = decide(ASKS, told, 怎么补=STRANGE, **{WHOLE: CLEAR})
    assert (refused.act, refused.memory.story) == (Act.FALLBACK, "")


def test_what_the_story_hints_at_is_not_asked_any_more() -> None:
    told = decide(replace(TOLD, text="在泳校教书"), Memory()).memory
    family = scores(g01=0.45, g02=0.5)
    answered = decide(ASKS, told, 怎么补=NAMELESS, **{"在泳校教书，怎么补": family})
    assert answered.memory.pending is not None
    assert "audience" in answered.memory.pending.hints


def test_what_asks_in_other_words_or_is_surely_not_in_the_book_is_no_story() -> None:
    assert decide(replace(TOLD, wants=True), Memory()).memory.story == ""
    loan = decide(replace(TOLD, refusal=0.9), decide(TOLD, Memory()).memory)
    assert (loan.told, loan.memory.story) == (False, "")
    assert decide(TOLD, Memory()).told


def test_story_goes_on_until_it_comes_to_something_and_its_end_is_kept() -> None:
    memory = decide(replace(TOLD, text="帽子不见了"), decide(TOLD, Memory()).memory).memory
    assert memory.story == "昨天游泳，帽子不见了"
    assert memory.with_story("长" * 300).story == "长" * STORY
    assert memory.without_question().story == ""


def test_what_was_told_of_the_person_stays() -> None:
    told = replace(TOLD, said={"audience": (OFFICE,)})
    assert decide(told, Memory()).memory.said == {"audience": (OFFICE,)}
