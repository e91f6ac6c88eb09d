"""An index is used only if it is whole and built from what is there now; else the command that mends it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.manifest import NAME, VERSION, IndexProblem, Manifest, file_hash, inputs_hash

REMEDY = "guidebot index build"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole index of two files, built from the inputs "today"."""
    (tmp_path / "words").mkdir()
    files = {"ranker.json": "{}", "words/vocab.json": "[1]"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    hashes = {name: file_hash(tmp_path / name) for name in files}
    Manifest(VERSION, "today", "e5", hashes, {"examples": 2}).write(tmp_path)
    return tmp_path


def check(folder: Path, inputs: str = "today") -> None:
    Manifest.read(folder).check(folder, inputs)


def test_whole_index_of_today_passes(folder: Path) -> None:
    check(folder)
    assert Manifest.read(folder).figures == {"examples": 2}


def test_no_manifest_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match=f"没有索引.*{REMEDY}"):
        check(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"other": 1}'])
def test_manifest_that_cannot_be_read(folder: Path, text: str) -> None:
    (folder / NAME).write_text(text)
    with pytest.raises(IndexProblem, match=f"manifest.json 损坏.*{REMEDY}"):
        check(folder)


def test_format_of_another_version(folder: Path) -> None:
    Manifest(VERSION + 1, "today", "e5", {}, {}).write(folder)
    with pytest.raises(IndexProblem, match=f"第 {VERSION + 1} 版.*{REMEDY}"):
        check(folder)


def test_changed_byte_is_seen(folder: Path) -> None:
    (folder / "words/vocab.json").write_text("[2]")
    with pytest.raises(IndexProblem, match=rf"vocab\.json 已损坏.*{REMEDY}"):
        check(folder)


def test_lost_file_is_named(folder: Path) -> None:
    (folder / "ranker.json").unlink()
    with pytest.raises(IndexProblem, match=rf"ranker\.json 不见了.*{REMEDY}"):
        check(folder)


def test_inputs_changed_since(folder: Path) -> None:
    with pytest.raises(IndexProblem, match=f"已过时.*{REMEDY}"):
        check(folder, "tomorrow")


def test_inputs_hash_depends_on_names_contents_and_settings_but_not_on_their_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("甲")
    two.write_text("乙")
    before = inputs_hash([one, two], "x")
    assert inputs_hash([two, one], "x") == before
    assert inputs_hash([one, two], "y") != before
    assert inputs_hash([one], "x") != before
    two.write_text("丙")
    assert inputs_hash([one, two], "x") != before
    two.write_text("乙")
    assert inputs_hash([one, two.rename(tmp_path / "three")], "x") != before
