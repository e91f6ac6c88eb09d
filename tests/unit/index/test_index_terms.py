"""The operators' table of people's words: read, looked up, and refused with the entry that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.terms import Term, Terms, TermsError

TABLE = Terms({"年审": "资格认证", "社保年审": "待遇资格认证", "停保": "减员"})


def test_the_longest_word_is_translated() -> None:
    assert TABLE.translate("社保年审去哪") == ("待遇资格认证去哪", (Term("社保年审", "待遇资格认证"),))


def test_a_word_said_twice_is_told_once() -> None:
    assert TABLE.translate("停保，停保") == ("减员，减员", (Term("停保", "减员"),))


def test_who_says_the_term_is_taught_nothing() -> None:
    assert TABLE.translate("减员就是停保吗") == ("减员就是停保吗", ())


def test_no_table_translates_nothing(tmp_path: Path) -> None:
    assert Terms.load(tmp_path / "terms.yml").translate("年审") == ("年审", ())


@pytest.mark.parametrize("line", ["年审:", "年审: 3", "12: 认证", "年审: [认证]"])
def test_a_bad_entry_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "terms.yml").write_text(f"terms:\n  {line}\n", encoding="utf-8")
    with pytest.raises(TermsError, match="一对词"):
        Terms.load(tmp_path / "terms.yml")


def test_the_handbook_s_table_can_be_used() -> None:
    text, terms = Terms.load(Path(__file__).parents[3] / "data" / "terms.yml").translate("养老金年审咋弄")
    assert (text, [term.said for term in terms]) == ("养老金领取待遇资格认证咋弄", ["年审"])
