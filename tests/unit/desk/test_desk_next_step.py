"""What comes next is what a guide asks for in its own words, and only the nearest."""

from __future__ import annotations

from bot.book.guide import Guide
from bot.desk.desk import Desk
from bot.desk.next_step import next_steps

Book = dict[str, Guide]


def after(book: Book, desk: Desk, guide: str) -> list[str]:
    return [step.guide for step in next_steps(book[guide], book, desk.results)]


def test_every_step_is_quoted_word_for_word(book: Book, desk: Desk) -> None:
    for guide in desk.results:
        steps = next_steps(book[guide], book, desk.results)
        assert steps, f"{guide} ends in nothing that another guide asks for"
        for step in steps:
            assert step.quote in book[step.guide].sections[step.section].text
            assert any(word in step.quote for word in desk.results[guide])
            assert (step.title, step.guide != guide) == (book[step.guide].title, True)


def test_injury_leads_over_the_assessment_to_the_benefits(book: Book, desk: Desk) -> None:
    assert after(book, desk, "g57") == ["g71"]
    assert after(book, desk, "g71") == ["g60", "g61", "g62", "g72"]


def test_steps_stay_with_the_same_people(book: Book, desk: Desk) -> None:
    assert (after(book, desk, "g15"), after(book, desk, "g16"), after(book, desk, "g27")) == (["g19"], ["g20"], ["g29"])


def test_guide_that_leads_nowhere_has_none(book: Book, desk: Desk) -> None:
    assert after(book, desk, "g77") == []
