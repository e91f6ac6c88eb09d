from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import bot.learn.train as learn
import index.build
import index.fine_tune
from bot.learn.model import MODEL, RECORD
from bot.learn.release.store import Releases
from index.adapter import Adapter
from index.manifest import Manifest

SHOWN = {"cross_fit": {"right@1": 0.7612, "right@3": 0.9}, "examples": 4469, "wordings": 5120}
MANIFEST = Manifest(1, "", "", {}, SHOWN)
TRAINS = "import pathlib; pathlib.Path('models').mkdir(exist_ok=True);"
TRAINS += "pathlib.Path('models/guidebot.tar.gz').write_bytes(b'model');"
TRAINS += "print(\"Starting to train component 'JiebaTokenizer'.\")"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was built; the index is current unless a test says otherwise."""
    made: list[str] = []

    def build(settings, progress):
        progress("读取指南与问法")
        made.append(str(settings.index_dir))
        return MANIFEST

    monkeypatch.setattr(index.build, "build_index", build)
    monkeypatch.setattr(index.build, "is_current", lambda settings: True)
    return made


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, project: Path, built: list[str]) -> list[str]:
    """Stands in for `rasa train`: the programs that were run."""
    ran: list[str] = []
    (project / "index/build").mkdir(parents=True)
    MANIFEST.write(project / "index/build")

    def command(settings):
        ran.append(TRAINS)
        return [sys.executable, "-c", TRAINS]

    monkeypatch.setattr(learn, "command", command)
    return ran


def test_a_current_index_is_left_alone(guidebot, project, built):
    result = guidebot("index", "build")
    assert result.status == 0
    assert "不用重建" in result.out and built == []


def test_a_stale_index_is_built_and_its_figures_shown(guidebot, project, built, monkeypatch):
    monkeypatch.setattr(index.build, "is_current", lambda settings: False)
    result = guidebot("index", "build")
    assert result.status == 0
    assert built == ["index/build"]
    assert "4469" in result.out and "76.1%" in result.out
    assert "读取指南与问法" in result.err


def test_force_builds_a_current_index(guidebot, project, built):
    assert guidebot("index", "build", "--force").status == 0
    assert built == ["index/build"]


def test_a_bad_question_is_told_before_the_long_work(guidebot, project, built, monkeypatch):
    monkeypatch.setattr(index.build, "is_current", lambda settings: False)
    with (project / "data" / "questions" / "g01.txt").open("a", encoding="utf-8") as file:
        file.write("怎么开户\tnosuch\n")
    for command in (["index", "build"], ["train"]):
        result = guidebot(*command)
        assert result.status == 1
        assert "nosuch" in result.err and "g01.txt:" in result.err
    assert built == []


def test_training_writes_the_data_a_model_and_what_it_came_from(guidebot, project, trained):
    result = guidebot("train")
    assert result.status == 0
    assert MODEL.read_bytes() == b"model" and RECORD.is_file()
    assert Path("build/nlu/questions.yml").is_file()
    assert "JiebaTokenizer" in result.err


def test_a_second_run_does_nothing(guidebot, project, trained):
    guidebot("train")
    result = guidebot("train")
    assert result.status == 0
    assert "不用训练" in result.out and len(trained) == 1


def test_what_was_trained_is_kept_as_a_release_once(guidebot, project, trained):
    assert "做成了发布版" in guidebot("train").out
    assert "做成了发布版" not in guidebot("train").out
    [release] = Releases().all()
    assert (release.model.read_bytes(), Releases().current()) == (b"model", None)


def test_force_trains_again(guidebot, project, trained):
    guidebot("train")
    guidebot("train", "--force")
    assert len(trained) == 2


@pytest.mark.parametrize("changed", ["domain.yml", "data/nlu/greet.yml", "data/rules.yml", "data/facets.yml"])
def test_changed_data_is_trained_again(guidebot, project, trained, changed):
    guidebot("train")
    with Path(changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    guidebot("train")
    assert len(trained) == 2


def test_a_failure_shows_the_end_of_the_log(guidebot, project, built, monkeypatch):
    fails = "print('first line'); print('YamlException: line 3'); raise SystemExit(1)"
    monkeypatch.setattr(learn, "command", lambda settings: [sys.executable, "-c", fails])
    result = guidebot("train")
    assert result.status == 1
    assert "YamlException: line 3" in result.err and "build/logs/train.log" in result.err
    assert "first line" in Path("build/logs/train.log").read_text(encoding="utf-8")
    assert not RECORD.exists()


ADAPTER = Adapter("base", "", "0" * 64, {}, {"folds": 5, "cross_fit": {"right@1": 0.9157, "right@3": 0.98}}, {})


def test_tuned_encoder_is_told_with_what_holding_questions_out_showed(guidebot, project, trained, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(index.fine_tune, "tune_encoder", lambda settings, folds, step: asked.append(folds) or ADAPTER)
    result = guidebot("train", "--encoder", "--folds", "5")
    assert (result.status, asked) == (0, [5])
    assert "5 折检验" in result.out and "91.6%" in result.out


def test_without_folds_it_is_said_that_nothing_was_held_out(guidebot, project, trained, monkeypatch):
    kept = replace(ADAPTER, figures={**ADAPTER.figures, "of": "base+111111111111"})
    monkeypatch.setattr(index.fine_tune, "tune_encoder", lambda settings, folds, step: kept)
    result = guidebot("train", "--encoder", "--folds", "0")
    assert result.status == 0
    assert "没有检验" in result.out and "base+111111111111" in result.out and "91.6%" not in result.out


def test_evidence_is_weighed_anew_without_tuning(guidebot, project, trained, monkeypatch):
    monkeypatch.setattr(index.fine_tune, "weigh_encoder", lambda settings, folds, step: ADAPTER)
    result = guidebot("train", "--weigh", "--folds", "5")
    assert result.status == 0 and "不变" in result.out and "91.6%" in result.out
    assert guidebot("train", "--weigh", "--encoder").status == 2
    result = guidebot("train", "--weigh", "--folds", "0")
    assert result.status == 2 and "不能是 0" in result.err


def test_one_fold_holds_nothing_out(guidebot, project, trained):
    result = guidebot("train", "--encoder", "--folds", "1")
    assert result.status == 2 and "一份没法检验" in result.err
