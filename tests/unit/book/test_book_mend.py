from __future__ import annotations

import pytest

from bot.book.mend import mend_line, replay
from bot.book.parse import ParsedBook


@pytest.mark.parametrize(
    ("kind", "printed", "mended"),
    [
        ("列表符号", "- （一）职工档案；", "（一）职工档案；"),
        ("列表符号", "- 1.《社会保险注销登记表》；", "1.《社会保险注销登记表》；"),
        ("网址括号", "平台”（<http://si.12333.gov.cn>）通过", "平台”（http://si.12333.gov.cn）通过"),
        ("时间", "上午08：30-12：00", "上午08:30-12:00"),
        ("时间", "上午08: 30-12: 00", "上午08:30-12:00"),
        ("全角标点", "信息准确的,即时办结", "信息准确的，即时办结"),
        ("全角标点", "申请待遇终止;", "申请待遇终止；"),
        ("全角标点", "离退休(退职)人员", "离退休（退职）人员"),
        ("全角标点", "(一)身份证", "（一）身份证"),
        ("全角标点", "(1)职工死亡的", "（1）职工死亡的"),
        ("全角标点", "(2)①在工作时间", "（2）①在工作时间"),
        ("全角标点", "原有线下认证服务。)", "原有线下认证服务。）"),
        ("全角标点", "咨询电话:0631-5190851", "咨询电话：0631-5190851"),
        ("空格", "塔山中路 317 号政务服务中心 2 楼", "塔山中路317号政务服务中心2楼"),
        ("空格", "358 像素（宽）× 441 像素", "358像素（宽）×441像素"),
    ],
)
def test_each_kind_mends_its_line(kind: str, printed: str, mended: str) -> None:
    text, mends = mend_line(7, printed)

    assert text == mended
    assert {mend.kind for mend in mends} == {kind}
    assert {mend.line for mend in mends} == {7}


def test_several_kinds_in_one_line() -> None:
    text, mends = mend_line(1, "- (一) 工作日,上午 08: 30-12: 00 (法定节假日除外)")

    assert text == "（一）工作日，上午08:30-12:00（法定节假日除外）"
    assert {mend.kind for mend in mends} == {"列表符号", "全角标点", "时间", "空格"}


@pytest.mark.parametrize(
    "printed",
    [
        "工作日星期一至星期五，上午08:30-12:00，下午1:30-5:30（法定节假日除外）",
        "符合鲁人社规[2019]13号文件规定的情形",
        "《参加社会保险人员（增加\\减少）花名册》",
        "服务大厅一个人版一社区待遇资格认证",
        "大小为15-99KB，格式为jpg。",
        "1:30-5:",
    ],
)
def test_what_is_not_broken_stays(printed: str) -> None:
    assert mend_line(1, printed) == (printed, ())


def test_listed_mends_lead_from_the_printed_line_to_the_mended_one(parsed: ParsedBook, book: str) -> None:
    printed = book.split("\n")
    lines = {mend.line for mend in parsed.mends if "\n" not in mend.before}
    for number in lines:
        mends = [mend for mend in parsed.mends if mend.line == number and mend.kind in IN_LINE]
        assert replay(printed[number - 1], mends) == mend_line(number, printed[number - 1])[0]


IN_LINE = {"列表符号", "网址括号", "时间", "全角标点", "空格"}


def test_a_mend_that_does_not_fit_is_not_done() -> None:
    _, mends = mend_line(1, "办理时限,即时")

    assert replay("办理时限。即时", mends) is None
