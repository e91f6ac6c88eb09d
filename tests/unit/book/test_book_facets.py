from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.book.facets import load_facets
from bot.book.finding import BookError
from bot.book.parse import ParsedBook
from bot.book.sources import read_annotations

FAMILIES = [
    "g01 g02", "g03 g04", "g05 g07 g09", "g06 g08 g10", "g05 g06", "g13 g14", "g11 g12 g13",
    "g15 g16 g27 g66", "g17 g18 g28 g67", "g19 g20 g29 g65", "g15 g17 g19", "g16 g18 g20", "g27 g28 g29",
    "g21 g30 g24 g25", "g22 g63", "g23 g26", "g31 g32 g68", "g33 g34", "g35 g36 g43 g44 g45", "g37 g38",
    "g39 g40 g41 g42", "g37 g39", "g46 g47 g48", "g50 g51 g52", "g54 g55 g56", "g71 g72 g73 g74",
    "g77 g78 g79 g80 g81 g82", "g75 g76", "g83 g84",
]  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_facets_tell_siblings_apart(parsed: ParsedBook, family: str) -> None:
    siblings = [guide for guide in parsed.guides if guide.id in family.split()]

    assert len(siblings) == len(family.split())
    for guide in siblings:
        for other in siblings:
            if other is not guide:
                common = set(guide.facets) & set(other.facets)
                assert any(guide.facets[facet] != other.facets[facet] for facet in common)


def test_work_injury_guides_and_those_for_everyone(parsed: ParsedBook) -> None:
    audience = {guide.id: guide.facets.get("audience", ()) for guide in parsed.guides}
    injury = {key for key, values in audience.items() if "工伤" in values}

    assert injury == {*(f"g{number}" for number in range(57, 71)), "g43", "g44", "g71", "g72", "g74"}
    assert not any(audience[key] for key in ("g11", "g12", "g13", *(f"g{number}" for number in range(75, 85))))


def test_every_value_of_a_guide_has_its_button_and_synonyms(parsed: ParsedBook) -> None:
    facets = load_facets()
    used = {(facet, value) for guide in parsed.guides for facet, values in guide.facets.items() for value in values}
    used |= {
        ("channel", variant.channel)
        for guide in parsed.guides
        for section in guide.sections.values()
        for variant in section.variants
    }

    assert used == {(facet, value) for facet, entry in facets.items() for value in entry.values}


def test_buttons_are_short_and_no_two_values_share_a_word() -> None:
    for facet in load_facets().values():
        words = Counter(word for name, value in facet.values.items() for word in {name, value.title, *value.synonyms})
        assert [word for word, count in words.items() if count > 1] == []
        assert all(len(value.title) <= 14 for value in facet.values.values())
        assert all(3 <= len(value.synonyms) <= 8 for value in facet.values.values())
        assert facet.ask.endswith("？")


def test_every_guide_has_aliases_and_none_is_another_guides(parsed: ParsedBook) -> None:
    aliases = Counter(alias for guide in parsed.guides for alias in guide.aliases)

    assert all(2 <= len(guide.aliases) <= 6 for guide in parsed.guides)
    assert [alias for alias, count in aliases.items() if count > 1] == SHARED


SHARED = ["病退"]  # applying for it is g34, the medical assessment it needs is g73


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("facets: {", "facet: {", "g01 里不认识：facet。"),
        ("section: hours", "section: when", "g53 里不认识：when。"),
        ("aliases: ", "names: ", "g01 里不认识：names。"),
    ],
)
def test_a_misspelt_annotation_is_refused(source: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (source / "annotations.yml").read_text(encoding="utf-8")
    path = tmp_path / "annotations.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BookError, match=said):
        read_annotations(path)


@pytest.mark.parametrize("entry", ["{title: 企业}", "{title: 3, synonyms: [厂]}", "{title: 企业, synonyms: 厂}"])
def test_a_value_without_button_or_synonyms_is_refused(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "facets.yml"
    path.write_text(f"facets: {{audience: {{ask: 哪一种？, values: {{企业: {entry}}}}}}}", encoding="utf-8")

    with pytest.raises(TypeError):
        load_facets(path)
