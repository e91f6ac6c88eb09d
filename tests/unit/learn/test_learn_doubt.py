"""Written questions that stand in the wrong place, and what is said of wordings before they are taught."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from invented import GUIDES, PROJECT, scores

from bot.learn.decide.verdict import Verdict
from bot.learn.doubt import written
from bot.learn.doubt.pending import Doubted, warnings
from bot.learn.doubt.written import doubtful, doubts, issues, places
from bot.settings import Settings
from index.corpus import Example
from index.engine import Engine, Scores
from index.rank import KINDS
from index.train import CrossFit

LABELS = ("g01", "g02", "out_of_scope")


def examples() -> list[Example]:
    """Ten questions a guide, of which the last of g01 is one of g02's, and ten that belong to none."""
    own = [Example(f"{label}的第{n}句", label) for label in ("g01", "g02") for n in range(10)]
    return own + [Example(f"别的第{n}句", "out_of_scope", None, "dialogue") for n in range(10)]


def fit_of(asked: list[Example], meant: list[str], also: tuple[int, str] | None = None) -> CrossFit:
    """What a ranker makes of the questions that knows what is meant; `also`: a text that stands under another too."""
    evidence = np.zeros((len(KINDS), len(asked), len(LABELS)), np.float32)
    for row, label in enumerate(meant):
        evidence[:, row] = np.log(np.where(np.array(LABELS) == label, 0.9, 0.05))
    truth = np.array([[label == one.label for label in LABELS] for one in asked])
    if also:
        truth[also[0], LABELS.index(also[1])] = True
    written = np.array([one.kind == "question" for one in asked])
    return CrossFit(LABELS, np.arange(len(asked)), evidence, truth, written)


def where(asked: list[Example]) -> dict[tuple[str, str], tuple[str, int]]:
    return {(one.label, one.text): (f"{one.label}.txt", line) for line, one in enumerate(asked, 1)}


def test_a_question_under_the_wrong_guide_is_found_with_its_place() -> None:
    asked = examples()
    meant = ["g02" if row == 9 else one.label for row, one in enumerate(asked)]
    [found] = doubtful(asked, fit_of(asked, meant), where(asked))
    assert (found.file, found.line, found.given, found.likelier) == ("g01.txt", 10, "g01", "g02")
    assert found.score == pytest.approx(found.likelier_probability - found.given_probability, abs=1e-3)
    assert found.score > 0.5


def test_where_all_is_right_nothing_is_found() -> None:
    asked = examples()
    assert doubtful(asked, fit_of(asked, [one.label for one in asked]), where(asked)) == []


def test_a_text_of_two_guides_belongs_to_both() -> None:
    asked = examples()
    meant = ["g02" if row == 9 else one.label for row, one in enumerate(asked)]
    assert doubtful(asked, fit_of(asked, meant, also=(9, "g02")), where(asked)) == []


def test_what_is_talk_is_no_written_question() -> None:
    asked = examples()
    meant = ["g02" if row == 29 else one.label for row, one in enumerate(asked)]
    assert doubtful(asked, fit_of(asked, meant), where(asked)) == []


def test_issues_are_those_off_the_diagonal_of_the_confident_joint() -> None:
    """Confident: at least the class's mean self-confidence. The unsure row 3 is none, though its likeliest differs."""
    sure = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.45, 0.55], [0.2, 0.8], [0.3, 0.7]], np.float32)
    assert issues(np.array([0, 0, 0, 0, 1, 1]), sure).tolist() == [2]


def test_places_count_lines_as_an_editor_does(tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/g07.txt").write_text("# 注释\n\nＡ卡丢了\tfee\nA卡丢了\n", encoding="utf-8")
    assert places(tmp_path)["g07", "A卡丢了"] == (str(tmp_path / "questions/g07.txt"), 3)


def test_what_was_found_is_kept_until_the_data_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = {"file": "g01.txt", "line": 1, "text": "甲", "given": "g01", "likelier": "g02"}
    one = {**found, "given_probability": 0.1, "likelier_probability": 0.8}
    written.FOLDER.mkdir(parents=True)
    written.KEPT.write_text(json.dumps({"inputs": "same", "doubts": [one]}), encoding="utf-8")
    monkeypatch.setattr(written, "current_inputs", lambda settings: "same")
    assert [kept.score for kept in doubts(Settings(), print)] == [0.7]
    monkeypatch.setattr(written, "current_inputs", lambda settings: "other")
    monkeypatch.setattr(written, "load_guides", lambda folder: pytest.fail("looked again"))
    with pytest.raises(pytest.fail.Exception, match="looked again"):
        doubts(Settings(), print)


SAYS = {
    "泳票先停掉": scores(g01=0.9),
    "泳帽戴坏掉": scores(g05=0.8),
    "说不准的": scores(g01=0.3, g02=0.3),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/g05.txt").write_text("泳帽戴坏掉了\n", encoding="utf-8")
    for name in ("learning.yml", "thresholds.yml"):
        (tmp_path / name).write_bytes((PROJECT / "data" / name).read_bytes())
    return Settings(data_dir=tmp_path)


def warned(verdict: str, settings: Settings) -> list[tuple[str, str, str]]:
    engine = SimpleNamespace(guides=GUIDES, scores=lambda texts: [SAYS[text] for text in texts])
    found = warnings(list(SAYS), Verdict.of(verdict), cast(Engine, engine), settings)
    return [(one.text, str(one.why), one.guide) for one in found]


def test_doubles_doubts_and_what_teaches_nothing_are_told(settings: Settings) -> None:
    assert warned("guide:g01", settings) == [
        ("泳票先停掉", Doubted.IDLE, "g01"),
        ("泳帽戴坏掉", Doubted.DOUBLE, "g05"),
        ("泳帽戴坏掉", Doubted.DOUBT, "g05"),
    ]


def test_talk_that_a_guide_answers_is_doubted(settings: Settings) -> None:
    assert ("泳票先停掉", Doubted.DOUBT, "g01") in warned("out-of-scope", settings)


def test_a_gap_teaches_nothing_and_is_not_doubted(settings: Settings) -> None:
    assert warned("gap", settings) == []


def test_no_guide_at_all_speaks_against_nothing(settings: Settings) -> None:
    engine = SimpleNamespace(scores=lambda texts: [Scores({}, 1.0, 0.0)])
    assert warnings(["泳"], Verdict.of("guide:g01"), cast(Engine, engine), settings) == []
