from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bot.cli.evaluate
from bot.book.guide import load_guides
from bot.outcome import Act, Outcome
from index.engine import Scores
from tests.rasa_double import install

SINGLE = [
    {"q": "补卡带什么", "guides": ["g77"], "section": "materials", "style": "near"},
    {"q": "卡丢了", "guides": ["g78"], "section": "overview", "style": "hard"},
]


@pytest.fixture
def written(project: Path) -> Path:
    path = project / "own.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in SINGLE) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def card(service: Any) -> Any:
    """An assistant that answers everything with the materials of g77."""
    service.says(Outcome(Act.ANSWER, "g77", "materials").to_custom())
    return service


def test_rates_intervals_groups_and_times_are_shown_and_kept(guidebot, written, card):
    result = guidebot("eval", str(written), "--url", card.url)
    assert result.status == 0
    assert "50.0" in result.out and "9.5–90.5" in result.out
    assert "near" in result.out and "毫秒" in result.out
    kept = json.loads(Path("build/eval.json").read_text(encoding="utf-8"))
    summary = kept["sets"][str(written)]
    assert summary["rates"]["answered"]["value"] == 0.5
    assert summary["rates"]["wrong"]["value"] == 0.5
    assert summary["by"]["style"]["hard"]["resolved"]["value"] == 0
    assert kept["times"]["turns"] == 2 and kept["times"]["p95"] > 0
    assert [case["replies"][0]["guide"] for case in summary["cases"]] == ["g77", "g77"]


def test_each_row_is_a_conversation_of_its_own(guidebot, written, card):
    guidebot("eval", str(written), "--url", card.url)
    assert len({body["sender"] for body in card.asked}) == 2


def test_what_fell_short_is_listed_on_demand(guidebot, written, card):
    assert "卡丢了" not in guidebot("eval", str(written), "--url", card.url).out
    shown = guidebot("eval", str(written), "--url", card.url, "--show", "5").out
    assert "卡丢了" in shown and "补卡带什么" not in shown


def test_json_goes_to_a_file_or_to_the_output(guidebot, written, card):
    guidebot("eval", str(written), "--url", card.url, "--json", "out/mine.json")
    assert json.loads(Path("out/mine.json").read_text(encoding="utf-8"))["broken"] == 0
    printed = guidebot("eval", str(written), "--url", card.url, "--json", "-").out
    assert json.loads(printed)["sets"]


def test_replies_against_the_contract_are_a_failure(guidebot, written, service):
    service.says(None)
    result = guidebot("eval", str(written), "--url", service.url)
    assert result.status == 1
    assert "2 个回答" in result.err
    assert Path("build/eval.json").is_file()


def test_nothing_running_ends_with_two(guidebot, written):
    assert guidebot("eval", str(written), "--url", "http://127.0.0.1:1").status == 2


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"guides": ["g77"], "section": "fee"}',
        '{"q": "a", "guides": ["g77"]}',
        '{"turns": []}',
        '{"turns": [{"user": "a"}]}',
        '{"q": "not a single question"}',
    ],
)
def test_a_line_that_is_none_is_named(guidebot, written, card, line):
    with written.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    result = guidebot("eval", str(written), "--url", card.url)
    assert result.status == 2
    assert "own.jsonl:4" in result.err
    assert card.asked == []


def test_without_sets_it_asks_for_files(guidebot, project):
    result = guidebot("eval")
    assert result.status == 2
    assert "tests/eval" in result.err


@pytest.mark.parametrize("content", [None, "\n"])
def test_a_set_without_rows_is_wrong_use(guidebot, project, content):
    path = project / "empty.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = guidebot("eval", str(path))
    assert result.status == 2
    assert "empty.jsonl" in result.err


def test_a_long_table_by_guide_or_section_comes_on_demand(guidebot, written, card):
    assert "栏目  " not in guidebot("eval", str(written), "--url", card.url).out
    shown = guidebot("eval", str(written), "--url", card.url, "--by", "guide", "--by", "section").out
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.strip()}
    assert rows["g77"] == ["100.0", "100.0", "0.0", "0.0", "0.0", "100.0", "20.7–100.0", "1"]
    assert rows["g78"][:4] == ["0.0", "0.0", "0.0", "100.0"]
    assert rows["materials"][0] == "100.0"
    assert guidebot("eval", str(written), "--by", "nosuch").status == 2


def test_the_page_needs_nothing_else_and_shows_the_questions_as_text(guidebot, written, card):
    with written.open("a", encoding="utf-8") as file:
        row = {"q": "<script>", "guides": ["g01"], "section": "fee", "style": "<b>&"}
        file.write(json.dumps(row) + "\n")
    assert guidebot("eval", str(written), "--url", card.url).status == 0
    page = Path("build/eval.html").read_text(encoding="utf-8")
    assert "评测结果" in page and "g01 企业社会保险登记" in page and "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page and "<script" not in page and "http" not in page


def test_without_an_index_the_ranker_is_left_out_and_peers_are_refused(guidebot, written, card):
    result = guidebot("eval", str(written), "--url", card.url)
    assert "guidebot index build" in result.err
    assert json.loads(Path("build/eval.json").read_text(encoding="utf-8"))["ranking"] is None
    asked = len(card.asked)
    refused = guidebot("eval", str(written), "--url", card.url, "--peers")
    assert refused.status == 1 and "guidebot index build" in refused.err
    assert len(card.asked) == asked


@pytest.fixture
def many(project: Path) -> Path:
    rows = [{"q": f"补卡带什么{n}", "guides": ["g77"], "section": "materials"} for n in range(20)]
    path = project / "many.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_a_run_that_is_worse_than_the_one_before_fails(guidebot, many, card):
    assert guidebot("eval", str(many), "--url", card.url, "--json", "good.json").status == 0
    same = guidebot("eval", str(many), "--url", card.url, "--against", "good.json")
    assert same.status == 0 and "看不出差别" in same.out
    card.says(Outcome(Act.FALLBACK).to_custom())
    result = guidebot("eval", str(many), "--url", card.url, "--against", "good.json", "--show", "1")
    assert result.status == 1 and "good.json" in result.err
    assert "变差" in result.out and "-100.0" in result.out and "补卡带什么0" in result.out
    assert json.loads(Path("build/eval.json").read_text(encoding="utf-8"))["against"]["is_worse"] is True
    assert "变差的 20 条" in Path("build/eval.html").read_text(encoding="utf-8")


def test_a_run_is_compared_only_with_a_report_of_the_same_questions(guidebot, written, many, card):
    (written.parent / "other.json").write_text('{"sets": [1]}', encoding="utf-8")
    for file, needle in (("nosuch.json", "nosuch.json"), ("other.json", "不是评测的结果")):
        result = guidebot("eval", str(many), "--url", card.url, "--against", file)
        assert result.status == 2 and needle in result.err
    assert card.asked == []
    guidebot("eval", str(written), "--url", card.url, "--json", "written.json")
    result = guidebot("eval", str(many), "--url", card.url, "--against", "written.json")
    assert result.status == 2 and "没有一题相同" in result.err


class Engine:
    """The project's three guides, of which the first is always meant."""

    def __init__(self) -> None:
        self.guides = {guide.id: guide for guide in load_guides(Path("guides"))}
        self.encoder = self

    def scores(self, texts: list[str]) -> list[Scores]:
        return [Scores(dict(zip(self.guides, (0.8, 0.1, 0.1), strict=True)), 0.0, 0.0) for _ in texts]

    def queries(self, texts: list[str]) -> np.ndarray:
        return np.ones((len(texts), 2), np.float32)

    passages = queries


@pytest.fixture
def ranked(project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set of two questions that the ranker knows, one of which it gets right; and Rasa's double, whose path it is."""
    monkeypatch.setattr(bot.cli.evaluate, "_engine", lambda here, needed: Engine())
    monkeypatch.setattr("index.build.untuned_encoder", lambda here, step: Engine())
    rows = [{"q": f"{guide} 怎么办", "guides": [guide], "section": "overview"} for guide in ("g01", "g02")]
    (project / "three.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return install(tmp_path_factory.mktemp("double"), monkeypatch)


def test_peers_stand_beside_ours(guidebot, card, ranked):
    result = guidebot("eval", "three.jsonl", "--url", card.url, "--peers", "--epochs", "2")
    assert result.status == 0
    assert "DIET 训练第 2/2 轮" in result.err
    rows = {line.split("  ")[0]: line.split() for line in result.out.splitlines()}
    assert "50.0" in rows["本助手的排序器"] and "100.0" in rows["Rasa DIET（jieba + 词袋）"]
    kept = json.loads(Path("build/eval.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in kept["peers"]] == ["ours", "bm25", "zero_shot", "tuned", "logistic", "diet"]
    assert kept["peers"][-1]["ahead"]["fell"] == 1
    assert kept["ranking"]["calibration"]["scope"]["ece"] == pytest.approx(0.3)
    page = Path("build/eval.html").read_text(encoding="utf-8")
    assert "Rasa DIET" in page and page.count("<svg") == 3
    assert "问 g02，排第一的是 g01" in result.out


def test_a_peer_that_fails_leaves_the_others(guidebot, card, ranked):
    (ranked / "breaks").touch()
    result = guidebot("eval", "three.jsonl", "--url", card.url, "--peers")
    assert result.status == 0 and "no such component" in result.err
    kept = json.loads(Path("build/eval.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in kept["peers"]] == ["ours", "bm25", "zero_shot", "tuned", "logistic"]
