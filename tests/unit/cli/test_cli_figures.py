"""`guidebot learn numbers`, `drift`, `doubt` and `nightly`: what is printed, written, and how each command ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import nightly
from bot.edge.journal import Journal, turns
from bot.learn.doubt.pending import Doubted, Warned
from bot.learn.doubt.written import Doubt
from bot.learn.mine.cluster import Cluster, Member, Suggestion
from bot.learn.mine.run import keep
from bot.learn.nightly.night import Done, only_one

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def said(project: Path) -> Path:
    """A journal of five weeks, in whose last days many ask for what is not understood."""
    (project / "data/gate.yml").write_text((ROOT / "data/gate.yml").read_text(encoding="utf-8"), encoding="utf-8")
    journal, now = Journal("sqlite:///build/journal.db"), datetime.now(UTC)
    usual = {"channel": "web", "masked": "", "state": "completed", "latency_ms": 80}
    answer = {"text": "社保登记要什么", "act": "answer", "guide": "g01", "section": "materials"}
    unknown = {"text": "电子卡怎么亮", "act": "fallback", "guide": None, "section": None}
    rows = [
        {**usual, "sender": f"{day}-{n}", "received_at": now - timedelta(days=day), **(unknown if is_new else answer)}
        for day in range(35)
        for n in range(8)
        for is_new in [day < 7 and n < 2]
    ]
    journal.write(*(turns.insert().values(**row) for row in rows))
    journal.close()
    return project


def test_an_empty_journal_says_so_and_is_no_failure(guidebot, project):
    result = guidebot("learn", "numbers")
    assert result.status == 0 and "一句话也没有" in result.out
    assert json.loads(guidebot("learn", "numbers", "--json").out)["total"]["understood"] is None
    assert guidebot("learn", "drift").status == 0
    assert json.loads(guidebot("learn", "drift", "--json").out)["enough"] is False


def test_numbers_are_printed_and_written(guidebot, said):
    result = guidebot("learn", "numbers", "--days", "7", "--csv", "out/csv", "--html", "out/n.html")
    assert result.status == 0
    assert "75.0" in result.out and "g01" in result.out and "电子卡怎么亮" in result.out
    assert "新出现的词" in result.out and "要留意" in result.out
    assert len(list(Path("out/csv").glob("*.csv"))) == 6
    assert "<svg" in Path("out/n.html").read_text(encoding="utf-8")
    found = json.loads(guidebot("learn", "numbers", "--days", "7", "--json").out)
    assert (found["total"]["messages"], len(found["days"])) == (56, 7)


def test_drift_that_is_to_be_noticed_ends_with_one(guidebot, said):
    result = guidebot("learn", "drift", "--json")
    assert (result.status, json.loads(result.out)["notices"]) == (1, ["unknown", "new_words"])
    assert "25.0%" in guidebot("learn", "drift").out


def test_doubtful_questions_are_listed_with_their_place(guidebot, project, monkeypatch):
    found = [Doubt("data/questions/g01.txt", 7, "这句放错了", "g01", "g02", 0.1, 0.8)]
    monkeypatch.setattr("bot.learn.doubt.written.doubts", lambda settings, progress: found)
    assert "data/questions/g01.txt:7" in guidebot("learn", "doubt").out
    assert json.loads(guidebot("learn", "doubt", "--json").out)[0]["score"] == 0.7


def test_a_decision_is_doubted_before_it_is_made(guidebot, project, monkeypatch):
    journal = Journal("sqlite:///build/journal.db")
    keep(journal, [Cluster("c1", "甲", 2, (Member("甲", 2),), Suggestion("gap"), {})])
    journal.close()
    found = [Warned("甲", Doubted.DOUBLE, "g02", "甲乙"), Warned("甲", Doubted.IDLE, "g01", None, 0.9)]
    monkeypatch.setattr("index.engine.Engine.load", lambda settings: None)
    monkeypatch.setattr("bot.learn.doubt.pending.warnings", lambda texts, *rest: found if texts == ["甲"] else [])
    told = guidebot("learn", "doubt", "c1", "--as", "guide:g01").out
    assert "g02" in told and "甲乙" in told and "90.0%" in told
    assert [one["why"] for one in json.loads(guidebot("learn", "doubt", "c1", "--as", "gap", "--json").out)] == [
        "double",
        "idle",
    ]


def test_half_a_question_of_doubt_is_wrong_use(guidebot, project):
    result = guidebot("learn", "doubt", "c1")
    assert (result.status, "--as" in result.err) == (2, True)


@pytest.fixture
def night(said: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes or needs an index is left out; the other commands run as they are, in their processes."""
    run = nightly._run
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(nightly, "_is_current", lambda settings: True)
    mined = Done(0, json.dumps({"clusters": []}), "")
    monkeypatch.setattr(nightly, "_run", lambda arguments: mined if "mine" in arguments else run(arguments))


def test_a_night_is_one_line_of_json_with_its_report(guidebot, night):
    result = guidebot("learn", "nightly")
    found = json.loads(result.out)
    assert (result.status, found["state"], found["failed"]) == (0, "done", {})
    assert found["notices"] == ["unknown", "new_words"]
    assert (Path(found["report"]) / "numbers.html").is_file() and (Path(found["report"]) / "days.csv").is_file()
    assert "guidebot_drift_notice" in Path("build/nightly/guidebot.prom").read_text(encoding="utf-8")


def test_a_second_night_does_nothing(guidebot, night):
    with only_one():
        result = guidebot("learn", "nightly")
    assert (result.status, json.loads(result.out)) == (4, {"state": "running"})
    assert not Path("build/nightly/history.jsonl").exists()


def test_a_log_that_cannot_be_read_fails_its_step_alone(guidebot, night):
    Path("incoming").mkdir()
    Path("incoming/bad.csv").write_text("time,sender,text\nnever,a,卡\n", encoding="utf-8")
    text = Path("data/nightly.yml").read_text(encoding="utf-8")
    Path("data/nightly.yml").write_text(text.replace("sources: []", "sources: [incoming/*.csv]"), encoding="utf-8")
    result = guidebot("learn", "nightly")
    found = json.loads(result.out)
    assert (result.status, list(found["failed"])) == (1, ["import"])
    assert "bad.csv:2" in found["failed"]["import"] and found["report"]
