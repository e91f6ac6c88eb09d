"""A guide file that is put into the folder and indexed is answerable, and an index of yesterday is not used."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from invented import LIMITS, PROJECT

from bot.outcome import Act
from bot.settings import Settings
from index.adapter import FOLDER
from index.build import ENCODER, build_index, is_current
from index.corpus import CorpusError
from index.decide import Heard, Judge
from index.engine import Engine
from index.manifest import IndexProblem
from index.memory import Memory

TAKEN = ("g77", "g79", "g57")
QUESTIONS = {
    "g77": ["卡找不着了想再要一张", "钱包被偷卡没了咋补", "补张新卡", "重新做一张社保卡"],
    "g79": ["怕人刷我的卡先停了", "卡先冻住", "报失社保卡", "让丢的卡不能用"],
    "g57": ["手让机器压了报工伤", "上班摔断腿算不算工伤", "厂里不给报工伤", "工伤咋报"],
}
NLU = """nlu:
- intent: out_of_scope
  examples: |
    - 今天吃什么
    - 医保报销多少
    - 公积金怎么取
    - 车票哪里买
- intent: materials
  metadata: {topic: none}
  examples: |
    - 带什么
    - 要啥证件
    - 还要什么材料
    - 用不用照片
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A project of three guides with an index built of them; the encoder is the one already made."""
    home = tmp_path_factory.mktemp("project")
    for name in ("guides", "data/questions", "data/nlu", "index"):
        (home / name).mkdir(parents=True)
    for path in (PROJECT / "guides").glob("g*.md"):
        if path.name.startswith(TAKEN):
            shutil.copy(path, home / "guides")
    for guide, lines in QUESTIONS.items():
        (home / "data/questions" / f"{guide}.txt").write_text("\n".join(lines), encoding="utf-8")
    (home / "data/nlu/all.yml").write_text(NLU, encoding="utf-8")
    shutil.copy(PROJECT / "data/facets.yml", home / "data")
    shutil.copytree(PROJECT / "data" / FOLDER, home / "data" / FOLDER)
    shutil.copytree(PROJECT / "index/build" / ENCODER, home / "index" / ENCODER)
    settings = Settings(index_dir=home / "index", guides_dir=home / "guides", data_dir=home / "data")
    build(settings)
    return settings


def build(settings: Settings) -> list[str]:
    """Build the index; the steps that the operator is told."""
    steps: list[str] = []
    build_index(settings, steps.append)
    return steps


@pytest.fixture
def changing(settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the project, to change."""
    home = shutil.copytree(settings.index_dir.parent, tmp_path / "project", symlinks=True)
    return replace(settings, index_dir=home / "index", guides_dir=home / "guides", data_dir=home / "data")


def best(engine: Engine, text: str) -> str:
    scores = engine.scores([text])[0]
    assert sum(scores.guides.values()) + scores.out_of_scope + scores.topicless == pytest.approx(1, abs=1e-4)
    return max(scores.guides, key=lambda guide: scores.guides[guide])


def test_built_index_is_current_and_finds_its_guides(settings: Settings) -> None:
    assert is_current(settings)
    engine = Engine.load(settings)
    assert list(engine.guides) == ["g57", "g77", "g79"]
    assert best(engine, "我的社保卡丢啦，怎么再补一张") == "g77"
    assert best(engine, "被冲床压了手，想报工伤") == "g57"
    assert engine.scores(["明天吃什么"])[0].out_of_scope > 0.5
    assert engine.scores(["那要带什么材料"])[0].topicless > 0.5


def test_new_guide_file_is_answerable_once_it_is_indexed(changing: Settings) -> None:
    text = (PROJECT / "guides" / "g77_社会保障卡补领.md").read_text(encoding="utf-8")
    text = text.replace("g77", "g85").replace("社会保障卡补领", "游泳证年检").replace("补领", "年检")
    (changing.guides_dir / "g85_游泳证年检.md").write_text(text, encoding="utf-8")

    assert not is_current(changing)
    with pytest.raises(IndexProblem, match=r"已过时.*guidebot index build"):
        Engine.load(changing)
    steps = build(changing)
    assert (steps[0], steps[-1]) == ("读取指南与问法", "写入索引")
    engine = Engine.load(changing)
    asked = "游泳证年检要什么材料"
    decision = Judge(engine.guides, engine.facets, LIMITS).decide(
        Heard(asked, "materials", {}), engine.scores([asked])[0], Memory()
    )
    assert (decision.act, decision.guide, decision.section) == (Act.ANSWER, "g85", "materials")


def test_build_that_fails_leaves_nothing_to_load(changing: Settings) -> None:
    with (changing.data_dir / "questions/g77.txt").open("a", encoding="utf-8") as file:
        file.write("\n补卡带啥\tmaterail\n")
    with pytest.raises(CorpusError, match=r"g77\.txt:5"):
        build(changing)
    assert not is_current(changing)
    with pytest.raises(IndexProblem, match="没有索引"):
        Engine.load(changing)
