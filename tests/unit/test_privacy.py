"""Personal numbers are masked however they are typed; what the guides print stays. All numbers here are invented."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.digits import Kind
from bot.numbers import has_identity_check, has_luhn_check
from bot.privacy import find, mask

FULL_WIDTH = str.maketrans("0123456789X-@.", "０１２３４５６７８９Ｘ－＠．")
SEPARATORS = st.sampled_from(["", " ", "-", "－", "\u3000", " - ", "\u200b", "—", "·"])


def _digits(places: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=places, max_size=places)


@st.composite
def _identities(draw: st.DrawFn) -> list[str]:
    """A region that does not exist (99), a day of the last century, a last place that may be wrong."""
    day = f"19{draw(st.integers(30, 99))}{draw(st.integers(1, 12)):02}{draw(st.integers(1, 28)):02}"
    return ["99" + draw(_digits(4)), day, draw(_digits(3)) + draw(st.sampled_from("0123456789Xx"))]


_mobiles = st.tuples(st.sampled_from("3456789"), _digits(9)).map(
    lambda parts: [f"1{parts[0]}{parts[1][0]}", parts[1][1:5], parts[1][5:]]
)
_cards = st.tuples(_digits(4), _digits(4), _digits(4), st.integers(0, 3).flatmap(_digits)).map(
    lambda parts: ["9999", *filter(None, parts)]
)
_personal = st.one_of(_identities(), _mobiles, _cards)


@given(_personal, st.data(), st.sampled_from(["", "我的号码是", "电话:", "查一下 "]), st.booleans())
def test_no_digit_of_a_personal_number_stays(parts: list[str], data: st.DataObject, before: str, wide: bool) -> None:
    gap = data.draw(SEPARATORS)
    # People do not mix separators in a card, and where they do in other numbers, it is with none.
    gaps = st.just(gap) if parts[0] == "9999" else st.sampled_from([gap, ""])
    typed = parts[0] + "".join(data.draw(gaps) + part for part in parts[1:])
    masked = mask(f"{before}{typed.translate(FULL_WIDTH) if wide else typed}，谢谢")
    assert re.fullmatch(rf"{re.escape(before)}【\w+】，谢谢", masked.text), masked
    assert len(masked.kinds) == 1


@given(_personal, st.sampled_from([" ", "-", "\u3000"]))
def test_a_number_typed_digit_by_digit_is_masked(parts: list[str], gap: str) -> None:
    assert not re.search(r"\d", mask(gap.join("".join(parts))).text)


@given(st.lists(_personal, min_size=2, max_size=4), st.sampled_from(["、", "，", " ", "\n", "和"]))
def test_several_numbers_are_masked_one_by_one_or_together(numbers: list[list[str]], between: str) -> None:
    typed = between.join("".join(parts) for parts in numbers)
    masked = mask(typed)
    assert not re.search(r"\d", masked.text)
    assert len(masked.kinds) == len(numbers)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@given(st.text("0123456789 -.X手机号社保卡@a一二三零", max_size=60))
def test_masking_number_like_text_twice_changes_nothing_more(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once
    spans = [(item.start, item.end) for item in find(text)]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13900000000", Kind.MOBILE),
        ("+8613900000000", Kind.MOBILE),
        ("008613900000000", Kind.MOBILE),
        ("013900000000", Kind.MOBILE),
        ("139 00000 000", Kind.MOBILE),
        ("一三九零零零零零零零零", Kind.MOBILE),
        ("99000019900101001X", Kind.IDENTITY),
        ("371000 19900230 0012", Kind.IDENTITY),
        ("371000900101001", Kind.IDENTITY),
        ("999999 0000000000000", Kind.BANK_CARD),
        ("9999990000000000000", Kind.BANK_CARD),
        ("9999 0000 0000 0000 000", Kind.BANK_CARD),
        ("4242424242424242", Kind.BANK_CARD),
        ("30569309025904", Kind.BANK_CARD),
        ("A12345678", Kind.SOCIAL_CARD),
        ("no.body+x@example.invalid", Kind.EMAIL),
        ("no.body @ example . invalid", Kind.EMAIL),
        ("0" * 24, Kind.LONG_NUMBER),
    ],
)
def test_each_kind_is_told_by_its_form(text: str, kind: Kind) -> None:
    typed = f"号码{text}。"
    masked = mask(typed)
    assert masked.kinds == (kind,)
    assert masked.text.endswith(f"【{kind.value}】。")
    assert mask(typed.translate(FULL_WIDTH)).kinds == (kind,)


@pytest.mark.parametrize("said", ["社保卡号是：", "社会保障卡号码 ", "医保卡号", "个人编号为", "电脑号:"])
@pytest.mark.parametrize("number", ["123456789", "0012345678", "12 345 678", "AB123456"])
def test_a_card_number_without_form_is_known_by_what_is_said(said: str, number: str) -> None:
    assert mask(said + number).text == f"{said}【社保卡号】"
    assert mask(number).kinds == (), "by itself it could be anything"


@pytest.mark.parametrize(
    "text",
    [
        "0631-5198106",
        "咨询电话：0631-5198106 监督电话：0631-5198107",
        "0631 519 8106 0631 519 8107",
        "（0631）5198106",
        "06315198106",
        "12333、12345、95588",
        "12333 12345 12366 95588",
        "400-123-4567 800 820 8820",
        "工作日上午08:30-12:00，下午1:30-5:30",
        "8.30-12.00 13.30-17.00",
        "2024-05-06 08:30 2024.5.6 20240506",
        "缴费2019 2020 2021 2022 2023",
        "1998-2003 150元",
        "每月4200.50元，补缴36000元，共1234567元",
        "山东省威海市环翠区塔山中路317号2楼4号、6号、8号",
        "第①②③项，一、二、三、四、五、六、七、八、九、十、十一",
        "统一社会信用代码91371000MA3C0ABC1D",
        "社保编号怎么查？打06315198106",
        "拍了3次X光",
    ],
)
def test_public_numbers_stay(text: str) -> None:
    assert mask(text).text == text


@given(st.lists(st.sampled_from(["0631-5198106", "0631-5190850", "12333", "2024年", "08:30-12:00"]), max_size=8))
def test_public_numbers_in_a_row_stay(numbers: list[str]) -> None:
    text = " ".join(numbers)
    assert mask(text).text == text


@given(_digits(17))
def test_the_check_of_an_identity_number_finds_every_slip(digits: str) -> None:
    last = [place for place in "0123456789X" if has_identity_check(digits + place)]
    assert len(last) == 1
    slip = str((int(digits[0]) + 1) % 10) + digits[1:]
    assert not has_identity_check(slip + last[0])


@given(_digits(15))
def test_the_check_of_a_card_finds_every_slip(digits: str) -> None:
    last = [place for place in "0123456789" if has_luhn_check(digits + place)]
    assert len(last) == 1
    assume(digits[0] != "9")
    assert not has_luhn_check(str(int(digits[0]) + 1) + digits[1:] + last[0])


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "12 ",
        "13900000000 ",
        "a.",
        "a@",
        "社保卡号",
        "1X",
        "一",
        "0631-5198106 ",
        "19900101",
        "1.2 ",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    begin = time.process_time()
    mask(unit * (60_000 // len(unit)))
    assert time.process_time() - begin < 5, "a rule that looks back at all it has seen takes a minute here"
