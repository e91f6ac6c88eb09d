from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.book.finding import GuideError
from bot.book.guide import Note, Phone, load_guide, load_guides

Edit = Callable[[str, str, str], Path]


def test_a_guide_as_the_service_sees_it(folder: Path) -> None:
    guide = load_guide(next(folder.glob("g46_*.md")))

    assert (guide.id, guide.title, guide.page) == ("g46", "灵活就业人员社会保险费退费", 100)
    assert guide.facets == {"audience": ("灵活就业",), "matter": ("灵活就业退费",)}
    assert Phone("监督电话", "0631-5198107") in guide.phones
    assert guide.sections["fee"].heading == "收费依据及标准"
    assert guide.sections["fee"].text == "不收费"
    assert [variant.channel for variant in guide.sections["process"].variants] == ["线上", "窗口"]
    assert load_guide(next(folder.glob("g67_*.md"))).notes[0] == Note(
        "process", "原文写“审核后终止拨付”，这篇讲的是恢复拨付，“终止”疑为“恢复”之误。"
    )


def test_guides_come_sorted_and_with_an_operators_own(folder: Path) -> None:
    own = next(folder.glob("g84_*.md")).read_text(encoding="utf-8").replace("id: g84", "id: g85")
    (folder / "g85_新的.md").write_text(own, encoding="utf-8")

    assert [guide.id for guide in load_guides(folder)] == [f"g{number:02d}" for number in range(1, 86)]


def test_frozen_all_the_way(folder: Path) -> None:
    guide = load_guide(next(folder.glob("g01_*.md")))

    with pytest.raises(TypeError):
        guide.sections["fee"] = guide.sections["phone"]  # type: ignore[index]
    with pytest.raises(TypeError):
        guide.facets["audience"] = ()  # type: ignore[index]


def test_a_file_that_is_no_guide_is_refused_with_file_and_line(folder: Path, edit: Edit) -> None:
    path = edit("g05", "## 申请材料", "## 材料")

    with pytest.raises(GuideError) as caught:
        load_guides(folder)

    line = path.read_text(encoding="utf-8").split("\n").index("## 材料") + 1
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert "材料" in caught.value.message
    assert "申请材料" in caught.value.remedy


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    path = next(folder.glob("g05_*.md"))
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))

    with pytest.raises(GuideError, match="UTF-8"):
        load_guide(path)
