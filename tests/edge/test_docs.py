"""What the integrators' page promises is what the service does."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.book.guide import SECTION_KEYS
from bot.edge.wording import Problems
from bot.outcome import Act, Outcome, outcome_of
from bot.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "integrators.md").read_text(encoding="utf-8")


def test_every_code_act_key_and_section_is_explained() -> None:
    rows = set(re.findall(r"^\|.*?`(\w+)`", PAGE, flags=re.MULTILINE))
    assert {item.name for item in fields(Problems)} <= rows
    assert {act.value for act in Act} <= rows
    assert Outcome(Act.CHITCHAT).to_custom().keys() <= rows
    assert all(f"`{key}`" in PAGE for key in (*SECTION_KEYS, "overview"))


@pytest.mark.parametrize("block", re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL))
def test_every_example_is_what_it_says(block: str) -> None:
    value = json.loads(block)
    if isinstance(value, list):
        [custom] = [item["custom"] for item in value if "custom" in item]
        assert outcome_of(value).to_custom() == custom
    else:
        assert value.keys() in ({"sender", "message"}, {"error"})


def test_the_numbers_are_the_defaults() -> None:
    defaults = Settings()
    assert f"最多 {defaults.max_message_chars} 字" in PAGE
    assert f"最大 {defaults.max_body_bytes} 字节" in PAGE
    assert f"默认 {defaults.turn_timeout_s:g} 秒" in PAGE
    assert defaults.rate_limit == "60/minute"
    assert defaults.address_rate_limit == "600/minute"
    assert "每个会话每分钟 60 次，每个来源地址每分钟 600 次" in PAGE
