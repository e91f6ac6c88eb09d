"""Normalised text has one form, shows all it holds, and means what was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import normalise, simplified, without_command


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("社會保障卡（社會保障功能）掛失，怎麼辦？", "社会保障卡（社会保障功能）挂失，怎么办？"),
        ("０６３１－５１９８１０６", "0631-5198106"),
        ("ＡＢＣ＠ｑｑ．ｃｏｍ", "ABC@qq.com"),
        ("  补办\u3000\t社保卡\r\n要什么  ", "补办 社保卡 要什么"),
        ("补\u200b办\u200d社\ufeff保\u2060卡", "补办社保卡"),
        ("\u202e补办\u202c\U000e0072\U000e0073", "补办"),
        ("补\x00办\x1b卡\x7f", "补办卡"),
        ("补办\ud800卡\ufe0f\u3164", "补办卡"),
        ("8：00～12：00；周六？！……", "8：00～12：00；周六？！……"),
        ("“一窗通”《登记表》第①②项、二〇二四", "“一窗通”《登记表》第①②项、二〇二四"),
        ("\u200b\u3164 \u2800", ""),
        ("", ""),
    ],
)
def test_one_form_for_one_meaning(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@given(st.text())
def test_normalising_twice_changes_nothing_more(typed: str) -> None:
    once = normalise(typed)
    assert normalise(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_hidden_is_left_and_all_can_be_stored(typed: str) -> None:
    text = normalise(typed)
    text.encode("utf-8")
    assert not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs"}
    assert "  " not in text
    assert text == text.strip()


@pytest.mark.parametrize(("typed", "expected"), [("乾燥", "干燥"), ("乾隆", "乾隆"), ("藴", "蕴"), ("徵繳", "征缴")])
def test_phrases_decide_between_simplified_forms(typed: str, expected: str) -> None:
    assert simplified(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "／restart",
        " \u3000/restart",
        "\u200b/restart",
        "//restart",
        "/ ／\u200d/restart",
        "\ufeff\x00/restart",
    ],
)
def test_no_way_of_typing_a_slash_leaves_a_command(typed: str) -> None:
    assert without_command(normalise(typed)) == "restart"


@given(st.text(alphabet=st.sampled_from("/／ \u200b\u3000\n补\u2800")))
def test_a_command_prefix_never_stays(typed: str) -> None:
    assert not without_command(normalise(typed)).strip().startswith("/")


def test_what_a_command_carries_is_gone() -> None:
    assert without_command('/inform{"audience":"企业"}') == "inform"
    assert without_command('inform{"audience":"企业"}') == 'inform{"audience":"企业"}'  # no slash: only words


def test_a_slash_inside_stays() -> None:
    assert without_command("企业/单位") == "企业/单位"
