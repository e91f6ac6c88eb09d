"""A conversation stays with its matter, leaves it, or moves to a look-alike, by one rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import GUIDES, LIMITS, OFFICE, SHOP, scores

from index.beliefs import Reading, normal, read, weigh
from index.engine import Scores
from index.facets import Said
from index.families import Families
from index.memory import Memory, Pending

FAMILIES = Families(GUIDES)
PAUSED = Memory("g01", "process", {"g01": 0.8, "g02": 0.15, "g03": 0.05})
NAMELESS = scores(topicless=0.9)


def reading(given: Scores, memory: Memory = PAUSED, said: Said | None = None) -> Reading:
    return read(given, memory, FAMILIES, said or {}, LIMITS)


def test_weighing_leaves_a_share_for_each_contradiction() -> None:
    weighed = weigh({"g01": 0.5, "g02": 0.5}, FAMILIES, {"audience": (SHOP,)}, left=0.1)
    assert weighed == pytest.approx({"g01": 10 / 11, "g02": 1 / 11})
    assert normal({}) == {}


def test_first_text_means_what_the_engine_says() -> None:
    first = reading(scores(g04=0.7, out_of_scope=0.2), Memory())
    assert first.best == pytest.approx(("g04", 0.7))
    assert first.out_of_scope == pytest.approx(0.2)


def test_first_text_that_names_no_matter_is_about_none_of_the_guides() -> None:
    assert reading(NAMELESS, Memory()).out_of_scope == pytest.approx(0.9)


def test_text_that_names_no_matter_stays_with_the_last() -> None:
    stayed = reading(NAMELESS)
    assert stayed.best[0] == "g01"
    assert stayed.best[1] > 0.7
    assert stayed.out_of_scope < 0.05


def test_text_of_its_own_matter_leaves() -> None:
    left = reading(scores(g04=0.9))
    assert left.best[0] == "g04"
    assert left.best[1] > LIMITS.answer


def test_doubtful_text_is_pulled_towards_the_last_matter() -> None:
    doubtful = scores(g01=0.4, g04=0.4)
    assert reading(doubtful).best[0] == "g01"
    assert reading(doubtful).best[1] > reading(doubtful, Memory()).best[1]


def test_facet_just_said_moves_to_the_look_alike() -> None:
    moved = reading(NAMELESS, said={"audience": (OFFICE,)})
    assert moved.best[0] == "g02"
    assert moved.best[1] > 0.7


WARY = replace(LIMITS, unsaid=0.5)  # who usually asks is not taken for granted


def test_look_alikes_are_drawn_together_where_nothing_said_tells_them_apart() -> None:
    usual = scores(g01=0.8, g02=0.05, g03=0.05)
    first = read(usual, Memory(), FAMILIES, {}, WARY)
    assert first.guides["g01"] / first.guides["g02"] == pytest.approx(4)  # the root of 16
    assert first.guides["g01"] / first.guides["g04"] == pytest.approx(16)  # is like none of them
    assert sum(first.guides.values()) == pytest.approx(1)


@pytest.mark.parametrize(("left", "ratio"), [(1.0, 4), (0.5, 8), (0.0, 16)])
def test_they_are_drawn_as_far_as_it_was_left_open(left: float, ratio: float) -> None:
    usual = replace(scores(g01=0.8, g02=0.05, g03=0.05), open={"audience": left})
    assert read(usual, Memory(), FAMILIES, {}, WARY).guides["g02"] == pytest.approx(
        read(usual, Memory(), FAMILIES, {}, WARY).guides["g01"] / ratio
    )


def test_guides_that_only_the_ranker_takes_for_each_other_are_drawn_together_where_that_was_learned() -> None:
    wary, given = replace(WARY, unsaid_matter=0.5), scores(g01=0.8, g04=0.15)
    drawn = read(replace(given, open={"matter": 1.0}), Memory(), FAMILIES, {}, wary).guides
    assert drawn["g04"] > given.guides["g04"]
    assert read(given, Memory(), FAMILIES, {}, wary).guides["g04"] <= given.guides["g04"]


def test_word_tells_nothing_where_the_question_leaves_it_open_all_the_same() -> None:
    usual, word = scores(g01=0.8, g02=0.1), {"audience": (SHOP,)}
    apart = read(replace(usual, open={"audience": 0.2}), Memory(), FAMILIES, {}, WARY, word).guides
    drawn = read(replace(usual, open={"audience": 0.9}), Memory(), FAMILIES, {}, WARY, word).guides
    assert apart["g01"] / apart["g02"] > drawn["g01"] / drawn["g02"]


def test_word_of_now_that_tells_nothing_does_not_bring_back_an_earlier_one() -> None:
    usual = replace(scores(g01=0.8, g02=0.1), open={"audience": 0.9})
    before, word = Memory(said={"audience": (SHOP,)}), {"audience": (OFFICE,)}
    assert read(usual, before, FAMILIES, word, WARY, word).guides["g02"] > 0.1


@pytest.mark.parametrize("memory", [Memory(), Memory(said={"audience": (SHOP,)})])
def test_look_alikes_stay_apart_where_it_was_said(memory: Memory) -> None:
    said = {} if memory.said else {"audience": (SHOP,)}
    result = read(scores(g01=0.8, g02=0.1), memory, FAMILIES, {}, WARY, said)
    assert result.guides["g02"] < result.guides["g01"] / 7


def test_facet_said_earlier_lowers_what_it_rules_out() -> None:
    earlier = Memory(said={"audience": (OFFICE,)})
    both = scores(g01=0.5, g02=0.4)
    assert reading(both, Memory()).best[0] == "g01"
    assert reading(both, earlier).best[0] == "g02"
    assert reading(both, earlier, {"audience": (SHOP,)}).best[0] == "g01"  # what is said now holds


def test_while_a_question_waits_its_candidates_are_what_is_talked_about() -> None:
    waiting = Memory(pending=Pending("matter", "泳帽的事", "process", {"g04": 0.6, "g05": 0.4}))
    waited = reading(NAMELESS, waiting)
    assert waited.best[0] == "g04"
    assert waited.guides["g04"] + waited.guides["g05"] > 0.9


def test_matter_that_is_no_longer_in_the_book_is_forgotten() -> None:
    assert reading(scores(g04=0.9), Memory("g99", "fee", {"g99": 1.0})).best[0] == "g04"


@pytest.mark.parametrize("memory", [Memory(), PAUSED, Memory(pending=Pending("matter", "", "fee", {"g04": 1}))])
@pytest.mark.parametrize("given", [NAMELESS, scores(g02=0.5), scores(out_of_scope=0.99)])
def test_probabilities_sum_to_one(memory: Memory, given: Scores) -> None:
    result = reading(given, memory, {"audience": (SHOP,)})
    assert sum(result.guides.values()) + result.out_of_scope == pytest.approx(1)


def test_what_a_text_clearly_means_and_says_speaks_against_the_last_matter() -> None:
    memory = Memory("g01", "process", {"g01": 1.0})
    moved = read(scores(g02=0.9), memory, FAMILIES, {}, LIMITS, {"audience": (OFFICE,)})
    stayed = read(scores(g02=0.9), memory, FAMILIES, {}, LIMITS, {"audience": (SHOP,)})
    assert moved.best[0] == "g02"
    assert moved.best[1] > stayed.guides["g02"] + 0.05


def test_guides_that_are_not_meant_lose_to_the_others_and_not_to_what_is_not_in_the_book() -> None:
    both = Memory("g04", "process", {"g04": 0.8, "g01": 0.2})
    unmeant = {"g02", "g03", "g04", "g05"}
    plain = read(scores(out_of_scope=0.1, topicless=0.8), both, FAMILIES, {}, LIMITS)
    back = read(scores(out_of_scope=0.1, topicless=0.8), both, FAMILIES, {}, LIMITS, unmeant=unmeant)
    assert (plain.best[0], back.best[0]) == ("g04", "g01")
    assert back.out_of_scope == pytest.approx(plain.out_of_scope)
