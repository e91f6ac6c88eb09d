"""Look-alikes are found in facets and titles, and told apart by what was said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import GUIDES, OFFICE, PROJECT, SHOP, guide

from bot.book.guide import load_guides
from index.facets import Said
from index.families import Families

FAMILIES = Families(GUIDES)


def test_same_matter_for_someone_else_and_nearly_the_same_title_are_alike() -> None:
    assert FAMILIES.alike("g01") == ("g02", "g03")
    assert FAMILIES.same_matter("g01") == ("g02", "g03")
    assert FAMILIES.alike("g04") == ()  # half of the title is another


def test_titles_are_alike_through_a_third() -> None:
    matters = {"g07": "泳池退费申报（全额）", "g08": "泳池退费申报（差额）", "g09": "游泳馆退费申报（差额部分）"}
    guides = {one: guide(one, title, {"matter": (one,)}) for one, title in matters.items()}
    assert Families({g: guides[g] for g in ("g07", "g09")}).alike("g07") == ()
    assert Families(guides).alike("g07") == ("g08", "g09")
    assert Families(guides).same_matter("g07") == ()


@pytest.mark.parametrize(
    ("spoken", "left"),
    [
        ({}, {"g02", "g03"}),
        ({"audience": (SHOP,)}, {"g03"}),
        ({"audience": (SHOP, OFFICE)}, {"g02", "g03"}),  # a word that fits both leaves both open
        ({"audience": (SHOP,), "person": ("本人",)}, set()),
        ({"audience": ("居民",)}, {"g02", "g03"}),  # nobody of the family
    ],
)
def test_what_was_said_closes_the_look_alikes_it_does_not_fit(spoken: Said, left: set[str]) -> None:
    assert set(FAMILIES.open("g01", spoken)) == left


def test_only_a_value_that_a_look_alike_has_rules_a_guide_out() -> None:
    assert FAMILIES.contradicts("g02", {"audience": (SHOP,)}) == 1
    assert FAMILIES.contradicts("g01", {"audience": (SHOP, OFFICE)}) == 0
    assert FAMILIES.contradicts("g01", {"audience": ("灵活就业",)}) == 0
    assert FAMILIES.contradicts("g04", {"audience": (SHOP,), "person": ("本人",)}) == 0
    assert FAMILIES.contradicts("g03", {"audience": (OFFICE,), "person": ("本人",)}) == 2
    assert FAMILIES.contradicts("g04", {"matter": ("暂停",)}) == 1


@pytest.mark.parametrize(
    "family",
    [("g06", "g08", "g10"), ("g15", "g16", "g17", "g19", "g27", "g66"), ("g47", "g48"), ("g50", "g51", "g52"),
     ("g13", "g14"), ("g83", "g84"), ("g21", "g24", "g25", "g30"), ("g71", "g72"), ("g39", "g40", "g41")],
)  # fmt: skip
def test_families_of_the_book_are_seen(family: tuple[str, ...]) -> None:
    book = Families({one.id: one for one in load_guides(PROJECT / "guides")})
    assert set(family[1:]) <= set(book.alike(family[0]))


def test_a_guide_is_ruled_out_by_what_a_rival_has() -> None:
    assert FAMILIES.contradicts("g01", {"audience": ("灵活就业",)}) == 0
    rival = {**GUIDES, "g09": replace(GUIDES["g04"], id="g09", facets={"audience": ("灵活就业",)})}
    assert Families(rival).contradicts("g01", {"audience": ("灵活就业",)}, rivals=("g09",)) == 1


def test_guides_are_found_by_matter_and_by_what_is_denied() -> None:
    assert FAMILIES.about(("补领", "换领")) == ("g04", "g05")
    assert [FAMILIES.denies(g, {"audience": (SHOP,)}) for g in ("g01", "g02", "g04")] == [1, 0, 0]
