"""The thresholds in use can be loaded, and a slip in their file is named instead of run."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from invented import PROJECT

from index.thresholds import Thresholds

IN_USE = (PROJECT / "data" / "thresholds.yml").read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "thresholds.yml"


def test_those_in_use_are_in_order() -> None:
    limits = Thresholds.load(PROJECT / "data" / "thresholds.yml")
    assert 0 < limits.ask < limits.settled <= limits.answer < 1
    assert 0 <= limits.denied <= limits.contradiction < 1
    assert limits.max_options >= 2


def test_missing_and_unknown_entries_are_named(path: Path) -> None:
    path.write_text(IN_USE.replace("answer:", "anwser:"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"thresholds\.yml 缺少或多出：answer、anwser"):
        Thresholds.load(path)


def test_entry_that_is_no_number_is_named(path: Path) -> None:
    lines = [f"{field.name}: {'高' if field.name == 'sure' else 1}" for field in fields(Thresholds)]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ValueError, match=r"thresholds\.yml 中的 sure 不是数字"):
        Thresholds.load(path)
