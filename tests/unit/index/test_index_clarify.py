"""The facet that tells most is asked, in words that can be pressed, counted, or said."""

from __future__ import annotations

import pytest
from invented import BOOK, GUIDES, OFFICE, SHOP, guide

from index.clarify import Question, best_question, chosen, differing, is_nested, ordinal, question_about

FAMILY = {"g01": 0.55, "g02": 0.38, "g03": 0.07}  # who it is for tells nearly all
RELATIVES = {"g01": 0.55, "g02": 0.07, "g03": 0.38}  # whose ticket it is does


def ask(beliefs: dict[str, float], skip: tuple[str, ...] = (), limit: int = 4) -> Question:
    question = best_question(beliefs, GUIDES, BOOK, limit, skip)
    assert question is not None
    return question


def titles(question: Question) -> list[str]:
    return [option.title for option in question.options]


def test_facet_whose_answer_tells_most_is_asked() -> None:
    question = ask(FAMILY)
    assert question.slot == "audience"
    assert titles(question) == ["企业（按钮）", "机关事业单位（按钮）"]
    assert [option.guides for option in question.options] == [("g01", "g03"), ("g02",)]
    assert question.expected == pytest.approx(0.93)
    assert ask(RELATIVES).slot == "person"


def test_what_was_said_already_is_never_asked() -> None:
    assert ask(FAMILY, skip=("audience",)).slot == "matter"
    assert ask(RELATIVES, skip=("person", "status")).slot == "matter"
    assert ask(FAMILY, skip=("audience", "person")).by_title


def test_at_most_three_titles_are_offered_where_no_facet_tells() -> None:
    many = {"g01": 0.3, "g02": 0.3, "g03": 0.2, "g04": 0.2}
    question = ask(many, skip=("audience", "person", "matter"))
    assert titles(question) == [GUIDES[g].title for g in ("g01", "g02", "g03")]
    assert [option.payload for option in question.options] == titles(question)


def test_only_so_many_options_and_the_likeliest_first() -> None:
    beliefs = {"g05": 0.1, "g04": 0.2, "g01": 0.7}
    question = ask(beliefs, limit=2)
    assert [option.guides for option in question.options] == [("g01",), ("g04",)]


def test_matters_are_told_apart_by_their_buttons() -> None:
    assert titles(ask({"g04": 0.6, "g05": 0.4})) == ["补领（按钮）", "换领（按钮）"]


def test_nothing_to_tell_apart_is_no_question() -> None:
    assert best_question({"g04": 1.0}, GUIDES, BOOK, 4) is None
    assert best_question({}, GUIDES, BOOK, 4) is None


def test_option_that_leaves_all_of_another_is_not_offered() -> None:
    broad = guide("g06", "泳票退费", {"audience": (SHOP, OFFICE)})
    guides = {"g01": GUIDES["g01"], "g06": broad}
    assert is_nested(question_about("audience", {"g01": 0.5, "g06": 0.5}, guides, BOOK, 4))
    question = best_question({"g01": 0.5, "g06": 0.5}, guides, BOOK, 4)
    assert question is not None
    assert question.slot == "matter"
    assert titles(question) == ["企业泳票暂停", "泳票退费"]


AUDIENCE = ask(FAMILY)
TITLES = ask(FAMILY, skip=("audience", "person"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("企业（按钮）", ("g01", "g03")),
        ("1", ("g01", "g03")),
        ("2", ("g02",)),
        ("第二个", ("g02",)),
        ("选一吧", ("g01", "g03")),
        ("第2项。", ("g02",)),
        ("是机关事业单位（按钮）那种", ("g02",)),
        ("3", ()),  # there is no third
        ("九十", ()),
        ("不好说", ()),
    ],
)
def test_button_number_and_words_of_a_button_choose(text: str, expected: tuple[str, ...]) -> None:
    assert chosen(text, {}, AUDIENCE, GUIDES) == expected


def test_value_said_in_free_words_chooses() -> None:
    assert chosen("我在局里上班", {"audience": (OFFICE,)}, AUDIENCE, GUIDES) == ("g02",)


def test_value_of_another_facet_chooses_nothing() -> None:
    assert chosen("给家属", {"person": ("供养亲属",)}, AUDIENCE, GUIDES) == ()


def test_values_that_leave_everything_choose_nothing() -> None:
    assert chosen("企业和机关都有", {"audience": (SHOP, OFFICE)}, AUDIENCE, GUIDES) == ()


@pytest.mark.parametrize("text", ["机关泳票暂停", "我要办机关泳票暂停", " 2 "])
def test_title_chooses_its_guide(text: str) -> None:
    assert chosen(text, {}, TITLES, GUIDES) == ("g02",)


@pytest.mark.parametrize(
    ("question", "section", "values"),
    [
        (AUDIENCE, "materials", (SHOP, OFFICE)),
        (AUDIENCE, "overview", (SHOP, OFFICE)),  # the steps
        (AUDIENCE, "location", ()),  # one hall for all
        (TITLES, "materials", ()),  # titles are no values
    ],
)
def test_values_are_named_as_the_reason_where_their_guides_differ(
    question: Question, section: str, values: tuple[str, ...]
) -> None:
    assert differing(question, section, GUIDES, BOOK[question.slot]) == values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *((text, 1) for text in ("1", "第一个", "头一个", "前面那个", "上面的")),
        *((text, 2) for text in ("2", "就第二种吧", "选2", "后面那个", "最后一个", "下面那条")),
        *((text, None) for text in ("就我一个", "就一个", "我要一个", "上", "下", "后", "下一个", "上一个")),
        *((text, None) for text in ("上班的", "下岗了", "一次性领的", "前年的", "后来退的")),
    ],
)
def test_option_may_be_named_by_its_place(text: str, number: int | None) -> None:
    assert ordinal(text, ask(FAMILY)) == number
