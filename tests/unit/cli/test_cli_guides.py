from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def card(whole: Path) -> Path:
    return next((whole / "guides").glob("g77_*.md"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_guides_in_order_are_counted(guidebot, whole):
    result = guidebot("guides", "check")
    assert result.status == 0
    assert "84 份指南" in result.out


def test_a_word_that_is_not_the_books_is_found_with_file_and_line(guidebot, card):
    spoil(card, "有效身份证件", "有效的证件")
    result = guidebot("guides", "check")
    line = card.read_text(encoding="utf-8").splitlines().index("## 申请材料") + 3
    assert result.status == 1
    assert f"guides/{card.name}:{line}" in result.out
    assert "有效身份证件" in result.out


def test_a_single_file_is_checked_by_itself(guidebot, card):
    spoil(card, "matter: [补领]", "matter: [没有这个]")
    result = guidebot("guides", "check", str(card), "--json")
    found = json.loads(result.out)
    assert result.status == 1
    assert found["checked"] == 1
    assert [item["code"] for item in found["findings"]] == ["bad_facet"]
    assert all(item["message"] and item["remedy"] and item["line"] for item in found["findings"])


def test_a_file_that_is_not_there_is_wrong_use(guidebot, whole):
    result = guidebot("guides", "check", "guides/g99.md")
    assert result.status == 2
    assert "g99.md" in result.err


def test_parsing_again_changes_nothing(guidebot, whole):
    result = guidebot("guides", "parse")
    assert result.status == 0
    assert "84 份" in result.out and "与原来的文件一样" in result.out


def test_parsing_warns_of_hand_edits_and_names_what_it_changed(guidebot, card):
    before = card.read_bytes()
    spoil(card, "有效身份证件", "有效的证件")
    result = guidebot("guides", "parse")
    assert result.out.index("会被覆盖") < result.out.index(card.name)
    assert card.read_bytes() == before


def test_without_the_book_it_says_which_folder_should_hold_it(guidebot, whole):
    next((whole / "guides" / "source").glob("*.txt")).unlink()
    for command in ("parse", "check"):
        result = guidebot("guides", command)
        assert result.status == 2
        assert "guides/source" in result.err
