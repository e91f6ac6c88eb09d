"""Words tell which facets a text speaks of, which section it names and what trouble someone is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented import BOOK, OFFICE, PROJECT, SHOP

from bot.book.facets import load_facets
from index.facets import Said, Signs

COMING = (
    "还差两年才到退休",
    "他没退休",
    "还没有退休",
    "快要退休了",
    "未办理退休",
    "离退休还有六年",
    "没熬到退休就走了",
    "没等到退休",
)
WORDS = """
facets:
  audience:
    企业: [老板, 月钱]
    机关事业单位: [月钱, 泳校]
sections:
  materials: [材料, 证件]
  phone: [电话]
troubles:
  self: [不想游了]
  illness: [呛水]
"""


@pytest.fixture
def signs(tmp_path: Path) -> Signs:
    path = tmp_path / "signs.yml"
    path.write_text(WORDS, encoding="utf-8")
    return Signs.load(path, BOOK)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("老板让我来的", {"audience": (SHOP,)}),
        ("企业的", {"audience": (SHOP,)}),  # the value's own name
        ("月钱停了", {"audience": (SHOP, OFFICE)}),
        ("泳校的月钱停了", {"audience": (OFFICE,)}),  # one word says which of the other's values
        ("老板和泳校都有", {"audience": (SHOP, OFFICE)}),
        ("不是泳校，是老板", {"audience": (SHOP,)}),
        ("不要补领，换领一张", {"matter": ("换领",)}),
        ("要不要补领", {"matter": ("补领",)}),
        ("补领泳帽", {"matter": ("补领",)}),
        ("在哪办", {}),
    ],
)
def test_text_speaks_of_facets(signs: Signs, text: str, spoken: Said) -> None:
    assert signs.spoken(text) == spoken


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("不是泳校的", {"audience": (OFFICE,)}),
        ("不是泳校，是老板", {"audience": (OFFICE,)}),
        ("泳校的", {}),
        ("是不是泳校的", {}),
        ("不是泳校的吗？", {}),
        ("不是为了月钱", {}),  # may mean several
        ("不是泳校的，要带什么", {"audience": (OFFICE,)}),
        ("不是泳校的，换一个吧", {"audience": (OFFICE,)}),
        ("我不是泳校的了吗，怎么没发钱", {}),
        ("能不能不要泳校盖章", {}),
        ("要是不补领会怎样", {}),
    ],
)
def test_what_a_text_denies_is_told(signs: Signs, text: str, denied: Said) -> None:
    assert signs.denied(text) == denied


@pytest.mark.parametrize(
    ("text", "section"),
    [("材料没凑齐咋办", "materials"), ("材料和电话", None), ("咋办", None), ("材料证件", "materials")],
)
def test_text_names_a_section_only_where_it_names_one(signs: Signs, text: str, section: str | None) -> None:
    assert signs.section(text) == section


@pytest.mark.parametrize(
    ("text", "status"),
    [
        *((text, ("在职",)) for text in COMING),
        *((text, ("退休",)) for text in ("他退休了", "上个月才退休", "离退休老干部")),
        ("不是退休的", None),
    ],
)
def test_who_will_retire_has_not_yet(text: str, status: tuple[str, ...] | None) -> None:
    book = load_facets(PROJECT / "data/facets.yml")
    assert Signs.load(PROJECT / "data/signs.yml", book).spoken(text).get("status") == status


def test_gravest_trouble_is_told_first(signs: Signs) -> None:
    assert signs.trouble("呛水了，不想游了") == "self"
    assert signs.trouble("呛水了") == "illness"
    assert signs.trouble("气死我了") is None


@pytest.mark.parametrize("wrong", ["  audience: {游客: [老外]}", "  hobby: {游泳: [游]}"])
def test_value_that_does_not_exist_is_named(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "signs.yml"
    path.write_text(f"facets:\n{wrong}\nsections: {{}}\ntroubles: {{}}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="没有"):
        Signs.load(path, BOOK)


def test_signs_of_the_book_can_be_used() -> None:
    signs = Signs.load(PROJECT / "data" / "signs.yml", load_facets(PROJECT / "data" / "facets.yml"))
    assert signs.spoken("厂里退的")["audience"] == ("企业",)
    assert signs.spoken("教了一辈子书的老师，退休金")["audience"] == ("机关事业单位",)
