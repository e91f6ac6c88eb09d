"""`data/desk.yml`: mistakes are named, and what it offers is of use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.book.guide import Guide
from bot.desk.desk import Desk
from bot.desk.opening import Reason
from bot.desk.request import REQUESTS, name_of, section_of

FILE = Path(__file__).resolve().parents[3] / "data" / "desk.yml"


def test_requests_are_answered_from_sections(desk: Desk, book: dict[str, Guide]) -> None:
    assert set(desk.titles) == set(REQUESTS)
    assert (section_of("checklist"), section_of("overview"), section_of("phone")) == ("materials", "process", "phone")
    assert (name_of("checklist"), name_of("overview")) == ("materials", "overview")


def test_guide_that_does_not_exist_is_named(tmp_path: Path, book: dict[str, Guide]) -> None:
    broken = tmp_path / "desk.yml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace("one_of: [g24", "one_of: [g99"), encoding="utf-8")
    with pytest.raises(ValueError, match="g99"):
        Desk.load(broken, book)


def test_button_is_offered_where_there_is_something_to_show(desk: Desk, book: dict[str, Guide]) -> None:
    assert desk.offer(book["g77"], "materials", book) == "列成清单"
    assert desk.offer(book["g60"], "materials", book) is None
    assert desk.offer(book["g57"], "process", book) == "办完以后办什么"
    assert desk.offer(book["g77"], "process", book) is None
    assert desk.offer(book["g77"], "fee", book) is None


def test_who_goes_is_heard(desk: Desk) -> None:
    assert desk.for_another("我替我妈去办") is True
    assert desk.for_another("我自己去") is False
    assert desk.for_another("要带什么") is None


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("提前退休，我够不够条件", "eligible"),
        ("清理个人账户退费，我能不能办", "eligible"),
        ("我这种情况符合吗", "eligible"),
        ("受理条件是什么", "eligibility"),
        ("要符合什么条件", "eligibility"),
        ("不满十五年行不行", "eligibility"),
    ],
)
def test_own_case_is_told_from_the_conditions_in_general(desk: Desk, text: str, request_: str) -> None:
    assert desk.request_in(text, "eligibility") == request_
    assert desk.request_in(text, "materials") == "materials"


def test_list_is_put_as_a_question_of_the_materials(desk: Desk) -> None:
    assert desk.plainly("社保卡补领给我列个清单", "checklist") == "社保卡补领要什么材料"
    assert desk.plainly("打缴费清单", None) == "打缴费清单"


def test_every_reason_has_its_words(desk: Desk) -> None:
    assert set(desk.words["reasons"]) == set(Reason)
