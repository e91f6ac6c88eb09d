from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.book.finding import WORDING, BookError, Finding, GuideError, finding


def test_a_finding_is_one_line_to_click_on() -> None:
    found = finding("bad_phone", "guides/g01.md", 12, found="0631-1")

    assert str(found).startswith("guides/g01.md:12: 电话写得不对：0631-1。每行写一个".replace("。每", "。 每"))
    assert found.code == "bad_phone"


def test_an_error_carries_what_the_finding_says() -> None:
    error = GuideError.of(Finding("g01.md", 3, "错了。", "改正。"))

    assert (error.file, error.line, error.message, error.remedy) == ("g01.md", 3, "错了。", "改正。")
    assert str(error) == "g01.md:3: 错了。 改正。"


def test_an_unknown_code_is_a_programmers_mistake() -> None:
    with pytest.raises(KeyError):
        finding("nonsense", "g01.md", 1)
    with pytest.raises(KeyError):
        BookError.of("nonsense")


def test_every_sentence_is_used_and_says_what_to_do() -> None:
    wording = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    package = Path(__file__).resolve().parents[3] / "bot" / "book"
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))

    used = set(re.findall(r'(?:finding|BookError\.of)\(\s*"(\w+)"', code))
    assert used == set(wording)
    assert all(entry["message"].endswith("。") and entry["remedy"] for entry in wording.values())
