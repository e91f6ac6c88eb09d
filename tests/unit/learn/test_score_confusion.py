from __future__ import annotations

from typing import Any

import pytest

from bot.learn.score.confusion import Family, Pair, confuse, families_of
from bot.learn.score.ranking import Ranked, rank
from index.engine import Scores

FAMILIES = (("g1", "g2"), ("g3",))


def asked(*wanted: str, **guides: float) -> Ranked:
    return Ranked("问", frozenset(wanted), guides)


def test_families_are_chains_of_look_alikes_in_the_book_s_order():
    alike = {"g1": ["g3"], "g2": [], "g3": ["g1", "g4"], "g4": ["g3"]}
    assert families_of(alike) == (("g1", "g3", "g4"), ("g2",))


def test_errors_are_told_apart_by_whether_they_stay_in_the_family():
    ranked = [
        asked("g1", g1=0.8, g2=0.2, g3=0.0),
        asked("g1", g1=0.4, g2=0.6, g3=0.0),
        asked("g2", g1=0.0, g2=0.1, g3=0.9),
        asked(g1=0.9, g2=0.1, g3=0.0),  # out of scope
    ]
    found = confuse(ranked, FAMILIES)
    assert found.families == (Family(("g1", "g2"), 3, 1, 1, 1), Family(("g3",), 0, 0, 0, 0))
    assert set(found.pairs) == {Pair("g1", "g2", 1, True), Pair("g2", "g3", 1, False)}
    assert found.cells == {"g1": {"g1": 0.6, "g2": 0.4}, "g2": {"g2": 0.1, "g3": 0.9}}


def test_of_several_fitting_guides_the_likeliest_is_what_was_meant():
    ranked = [asked("g1", "g3", g1=0.2, g2=0.1, g3=0.7)] * 2
    found = confuse(ranked, FAMILIES)
    assert found.pairs == ()
    assert [family.n for family in found.families] == [0, 2]


def test_what_is_out_of_scope_is_never_right():
    one = asked(g1=0.3, g2=0.2)
    assert (one.first, one.sure, one.right) == ("g1", 0.3, False)
    assert asked("g2", g1=0.3, g2=0.2).order == ["g1", "g2"]


class Engine:
    """Finds g1 in every text."""

    guides = dict.fromkeys(("g1", "g2"))

    def scores(self, texts: list[str]) -> list[Scores]:
        return [Scores({"g1": 0.9, "g2": 0.1}, 0.0, 0.0) for _ in texts]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ({"q": "补卡", "guides": ["g1", "g2"]}, [{"g1", "g2"}]),
        ({"q": "护照"}, [set()]),
        ({"q": "别的书", "guides": ["g1", "g99"]}, []),
        ({"turns": [{"user": "补卡"}]}, []),
    ],
)
def test_which_questions_are_ranked(row: dict[str, Any], wanted: list[set[str]]):
    assert [one.wanted for one in rank(Engine(), [row])] == wanted  # type: ignore[arg-type]
