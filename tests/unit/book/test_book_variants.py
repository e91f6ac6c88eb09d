from __future__ import annotations

import pytest

from bot.book.parse import ParsedBook
from bot.book.variants import Variant, find_variants


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        (
            "（一）线上办理：不需要提交材料。\n（二）线下办理：\n1.花名册\n2.护照",
            (
                Variant("线上", "线上办理", "不需要提交材料。"),
                Variant("窗口", "线下办理", "1.花名册\n2.护照"),
            ),
        ),
        (
            "（一）线下：即时办结；\n（二）线上：5个工作日内寄出。",
            (Variant("窗口", "线下", "即时办结；"), Variant("线上", "线上", "5个工作日内寄出。")),
        ),
        (
            "（一）可线下、线上申报。线下：送至现场；线上：登录官网。\n（二）行政部门确认。",
            (Variant("窗口", "线下", "送至现场；"), Variant("线上", "线上", "登录官网。")),
        ),
        (
            "可以认证。\n（一）“掌上”微信公众号认证\n登录。\n点击。\n（二）窗口认证\n带身份证。\n（三）境外认证\n使馆。",
            (
                Variant("线上", "“掌上”微信公众号认证", "登录。\n点击。"),
                Variant("窗口", "窗口认证", "带身份证。"),
            ),
        ),
    ],
)
def test_parts_for_each_channel(text: str, variants: tuple[Variant, ...]) -> None:
    assert find_variants(text) == variants


@pytest.mark.parametrize(
    "text",
    [
        "（一）身份证\n（二）申请表",
        "（一）线上：登录网站。\n（二）登录手机。",
        "（一）服务大厅15-16窗口\n（二）合作银行服务网点",
        "也可通过线上服务渠道提出。",
        "",
    ],
)
def test_no_parts_where_the_text_does_not_name_both(text: str) -> None:
    assert find_variants(text) == ()


def test_every_variant_stands_word_for_word_in_its_section(parsed: ParsedBook) -> None:
    found = [
        (guide.id, section.key, variant)
        for guide in parsed.guides
        for section in guide.sections.values()
        for variant in section.variants
    ]
    for guide in parsed.guides:
        for section in guide.sections.values():
            for variant in section.variants:
                assert variant.text
                assert variant.text in section.text
                assert variant.label in section.text
    assert {(guide, key) for guide, key, _ in found} >= {
        ("g03", "process"),
        ("g05", "materials"),
        ("g31", "process"),
        ("g33", "process"),
        ("g77", "time_limit"),
    }
