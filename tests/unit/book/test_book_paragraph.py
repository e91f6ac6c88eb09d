from __future__ import annotations

import pytest

from bot.book.paragraph import Line, goes_on, join_lines


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("材料齐全的即", "时受理，材料不齐全的出具一次性告知单告知。"),
        ("（六）取得定居国国籍的，需提供公安出入境部门", "出具的出境定居手续等材料"),
        ("（三）生成《机关事业单位工作", "人员退休待遇审核表》，交与用人单位存档。"),
        ("下午1:30-5:", "30（法定节假日除外）"),
        ("威海市政务服务中心2楼", "人力资源和社会保障服务大厅工伤窗口"),
        ("不能通过“中国领事”", "APP线上办理资格认证。"),
        ("（二）线上办理：个人实名验证登录爱山东APP、电子社保卡等线", "上渠道，在线办理。"),
    ],
)
def test_a_broken_sentence_goes_on(text: str, following: str) -> None:
    assert goes_on(text, following)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("（一）身份证或社保卡", "（二）变更后的银行卡原件"),
        ("1.《社会保险变更登记表》", "2.《事业单位法人证书》"),
        ("（四）社区认证", "各镇（街）、社区（村居）党群服务中心办理"),
        ("（二）“爱山东”APP认证", "应用商店搜索“爱山东”下载APP进行安装"),
        ("咨询电话：0631-5190851", "监督电话：0631-5190850"),
        ("1.注册及认证。登录。", "注册完成后需进行实名认证。"),
        ("（三）国外医疗机构报销材料：", "发票"),
        ("需提交的材料无需重复提交。）", "另需照片"),
    ],
)
def test_a_whole_line_stays_a_line(text: str, following: str) -> None:
    assert not goes_on(text, following)


def test_each_join_is_listed_with_the_line_it_starts_from() -> None:
    lines = [Line(10, "按规定即"), Line(12, "时受"), Line(13, "理。"), Line(15, "另行通知。")]

    paragraphs, mends = join_lines(lines, "process", "g01")

    assert paragraphs == ["按规定即时受理。", "另行通知。"]
    assert [(mend.line, mend.before, mend.after) for mend in mends] == [
        (10, "按规定即\n时受", "按规定即时受"),
        (12, "时受\n理。", "时受理。"),
    ]
    assert {(mend.kind, mend.guide, mend.section) for mend in mends} == {("断行", "g01", "process")}
