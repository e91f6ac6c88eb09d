"""What a text excludes pushes its guide away; what asks or expects a yes excludes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from index.exclusion import push_away, split


@pytest.mark.parametrize(
    ("text", "kept", "excluded"),
    [
        ("不是补领，是换一张", "是换一张", ("补领",)),
        ("社保卡不是丢了是坏了", "社保卡是坏了", ("丢了",)),
        ("我爸不是公司退休的是机关退休的，认证咋办", "我爸是机关退休的，认证咋办", ("公司退休的",)),
        ("不想办工伤认定，只想报医药费", "只想报医药费", ("工伤认定",)),
        ("不是补领", "", ("补领",)),
        ("不是挂失也不是补领，是改密码", "是改密码", ("挂失", "补领")),
    ],
)
def test_what_is_excluded_is_cut_out(text: str, kept: str, excluded: tuple[str, ...]) -> None:
    parts = split(text)
    assert (parts.kept, parts.excluded) == (kept, excluded)


@pytest.mark.parametrize("text", ["是不是要交钱", "要不要本人去", "社保卡不是能网上补吗", "社保卡丢了怎么补", ""])
def test_a_question_excludes_nothing(text: str) -> None:
    assert split(text) == split(text).__class__(text, ())


def test_the_excluded_guide_loses_and_the_others_gain() -> None:
    row, guides = np.array([0.6, 0.3, 0.1], np.float32), np.array([True, True, False])
    pushed = push_away(row, np.array([0.9, 0.05, 0.05], np.float32), guides)
    assert pushed[1] > pushed[0]
    assert pushed[2] == pytest.approx(0.1)  # what is out of scope stays as likely
    assert pushed.sum() == pytest.approx(1)
