"""`guidebot learn` and `guidebot release`: what is printed, what a script gets, and how each command ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bot.cli.release as command
from bot.edge.journal import Journal
from bot.learn.mine.cluster import Cluster, Member, Suggestion
from bot.learn.mine.run import keep
from bot.learn.release.measure import Measured, Result
from bot.learn.release.store import Releases
from index.manifest import Manifest

LOG = '{"time": "2025-03-01 10:00", "sender": "a", "channel": "web", "text": "卡丢了 13900000000"}\n'
TEXTS = ("锅炉房的口令条", "口令条找不见了", "口令条多少钱")


@pytest.fixture
def log(project: Path) -> str:
    (project / "log.jsonl").write_text(LOG, encoding="utf-8")
    return "log.jsonl"


@pytest.fixture
def mined(project: Path) -> str:
    """A cluster that waits for a decision."""
    journal = Journal("sqlite:///build/journal.db")
    members = tuple(Member(text, 2) for text in TEXTS)
    keep(journal, [Cluster("c1", TEXTS[0], 6, members, Suggestion("gap"), {})])
    journal.close()
    return "c1"


def test_a_log_is_taken_in_once(guidebot, log):
    assert "导入了 1 条" in guidebot("learn", "import", log).out
    assert json.loads(guidebot("learn", "import", log, "--json").out) == {"new": 0, "known": 1}


def test_a_bad_log_is_refused_by_line(guidebot, project):
    Path("log.csv").write_text("time,sender,text\n2025-03-01,a,卡\nnever,a,卡\n", encoding="utf-8")
    result = guidebot("learn", "import", "log.csv")
    assert result.status == 1
    assert "log.csv:3" in result.err and "什么都没有导入" in result.err


def test_a_person_is_exported_and_forgotten(guidebot, log):
    guidebot("learn", "import", log)
    assert json.loads(guidebot("learn", "export", "a").out)[0]["text"] == "卡丢了 【手机号】"
    assert "1 条" in guidebot("learn", "forget", "web:a").out
    for name in ("export", "forget"):
        result = guidebot("learn", name, "a")
        assert (result.status, "没有会话 a" in result.err) == (1, True)


def test_what_is_too_old_is_swept(guidebot, log, monkeypatch):
    guidebot("learn", "import", log)
    monkeypatch.setenv("GUIDEBOT_JOURNAL_DAYS", "0")
    assert "清除了 0 条" in guidebot("learn", "sweep").out
    monkeypatch.setenv("GUIDEBOT_JOURNAL_DAYS", "30")
    assert "清除了 1 条" in guidebot("learn", "sweep").out


def test_a_decision_is_made_listed_and_undone(guidebot, mined):
    path = Path("data/questions/g01.txt")
    before = path.read_text(encoding="utf-8")
    result = guidebot("learn", "accept", mined, "--as", "guide:g01", "--without", TEXTS[2], "--by", "小王")
    assert result.status == 0
    assert "写进 2 种说法" in result.out and TEXTS[1] in path.read_text(encoding="utf-8")
    assert "小王" in guidebot("learn", "history").out
    [made] = json.loads(guidebot("learn", "history", "--json").out)
    assert (made["verdict"], made["members"]) == ("guide:g01", list(TEXTS[:2]))
    assert json.loads(guidebot("learn", "undo", str(made["id"]), "--json").out)["files"] == [str(path)]
    assert path.read_text(encoding="utf-8") == before
    assert guidebot("learn", "undo", str(made["id"])).status == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("c1", "--as", "guide:g99"), "没有指南 g99"),
        (("c1", "--as", "delete"), "不是一个决定"),
        (("c9", "--as", "gap"), "没有编号为 c9"),
        (("c1", "--as", "new-intent:条"), "--response"),
    ],
)
def test_a_decision_that_cannot_be_made_is_told(guidebot, mined, arguments, said):
    result = guidebot("learn", "accept", *arguments)
    assert (result.status, said in result.err) == (1, True)


@pytest.fixture
def releases(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two releases, of which the older one answers everything and the newer one nothing."""
    from bot.learn.release.make import make_release
    from bot.settings import Settings

    for name in ("models", "index/build"):
        (project / name).mkdir(parents=True)
    Manifest(1, "", "", {}, {}).write(project / "index/build")
    made = []
    for name in ("first", "second"):
        (project / "models/guidebot.tar.gz").write_text(name)
        made.append(make_release(Settings())[0].id)

    def measured(release, releases, folders, progress):
        right = float(release.id == made[0])
        outcome = {"answered": right, "resolved": right, "wrong": 0.0, "section": right}
        cases = tuple(Result(f"s:{n}", "single", ("g01",), outcome) for n in range(9))
        return Measured(release.id, "", cases, 50.0, 90.0, 1.0)

    monkeypatch.setattr("bot.learn.release.measure.measured", measured)
    (project / "data/gate.yml").write_bytes((Path(command.__file__).parents[2] / "data/gate.yml").read_bytes())
    return made


def test_the_gate_stops_a_worse_release_and_so_promotion(guidebot, releases):
    first, second = releases
    assert guidebot("release", "promote", first).status == 0
    assert guidebot("release", "promote", second).status == 1
    result = guidebot("release", "gate", second, "--json")
    report = json.loads(result.out)
    broken = {check["name"] for check in report["checks"] if not check["holds"]}
    assert (result.status, report["passed"], broken) == (1, False, {"guides", "all"})
    assert "g01 9" in guidebot("release", "gate", second).out
    assert guidebot("release", "promote", second).status == 1
    assert guidebot("release", "promote", second, "--anyway").status == 0


def test_releases_are_listed_promoted_and_rolled_back(guidebot, releases):
    first, second = releases
    assert guidebot("release", "rollback").status == 1
    guidebot("release", "promote", second)
    guidebot("release", "gate", first)
    assert json.loads(guidebot("release", "promote", first, "--json").out) == {"live": first, "before": second}
    assert [(one["id"], one["live"]) for one in json.loads(guidebot("release", "list", "--json").out)] == [
        (second, False),
        (first, True),
    ]
    assert "正在用" in guidebot("release", "list").out
    assert json.loads(guidebot("release", "rollback", "--json").out)["live"] == second
    current = Releases().current()
    assert current is not None and current.id == second


def test_there_must_be_something_to_compare_with(guidebot, releases):
    for name in (("compare", releases[0]), ("replay",)):
        assert "还没有发布过" in guidebot("release", *name).err
    assert "没有发布版 nix" in guidebot("release", "gate", "nix").err
    figures = json.loads(guidebot("release", "compare", *releases, "--json").out)["figures"]
    assert figures["single.resolved"] == [1.0, 0.0]
