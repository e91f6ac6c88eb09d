from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.learn.problem import LearnError
from bot.learn.score.diet import Diet, write_project
from index.corpus import Example
from tests.rasa_double import install

QUESTIONS = [Example("卡丢了", "g77"), Example("补卡[急](在线等)", "g77"), Example("改密码", "g81")]


@pytest.fixture
def rasa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return install(tmp_path, monkeypatch)


def diet(heard: list[int], minutes: float = 1) -> Diet:
    return Diet(3, minutes, heard.append)


def test_the_project_has_an_intent_for_each_guide_and_no_annotations(tmp_path):
    write_project(tmp_path, QUESTIONS, epochs=7)
    config = yaml.safe_load((tmp_path / "config.yml").read_text(encoding="utf-8"))
    assert config["pipeline"][-1]["name"] == "DIETClassifier" and config["pipeline"][-1]["epochs"] == 7
    nlu = yaml.safe_load((tmp_path / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    assert nlu == [
        {"intent": "g77", "examples": "- 卡丢了\n- 补卡[急] (在线等)\n"},
        {"intent": "g81", "examples": "- 改密码\n"},
    ]


def test_it_is_trained_once_and_ranks_every_text(rasa):
    heard: list[int] = []
    assert diet(heard).rank(QUESTIONS, ["我要 g81", "g77 呢"]) == [["g81", "g77"], ["g77", "g81"]]
    assert heard == [1, 2, 3]


def test_training_that_takes_too_long_is_ended(rasa):
    (rasa / "hangs").touch()
    with pytest.raises(LearnError) as caught:
        diet([], minutes=0.005).rank(QUESTIONS, ["卡"])
    assert caught.value.code == "diet_slow"


def test_training_that_fails_says_why(rasa):
    (rasa / "breaks").touch()
    with pytest.raises(LearnError) as caught:
        diet([]).rank(QUESTIONS, ["卡"])
    assert caught.value.code == "diet_failed" and "no such component" in caught.value.words["tail"]
