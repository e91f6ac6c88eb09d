"""Releases: immutable, live by a pointer; and the gate, over invented measurements."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.edge.journal import Entry, Journal, turns
from bot.learn.problem import LearnError
from bot.learn.release import make
from bot.learn.release.gate import GateConfig, Report, judge_release, may_promote
from bot.learn.release.make import make_release
from bot.learn.release.measure import Measured, Result, load_sets
from bot.learn.release.replay import Came, differences, said_lately
from bot.learn.release.store import Release, Releases, in_use
from bot.settings import Settings
from index.manifest import Manifest

ROOT = Path(__file__).resolve().parents[3]
CONFIG = GateConfig.load(ROOT / "data" / "gate.yml")
SETTINGS = Settings()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one guide with something built."""
    monkeypatch.chdir(tmp_path)
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "data/nlu", tmp_path / "data/nlu")
    (tmp_path / "guides").mkdir()
    shutil.copy(next((ROOT / "guides").glob("g77*")), tmp_path / "guides")
    for name in ("models", "index/build"):
        (tmp_path / name).mkdir(parents=True)
    Manifest(1, "", "", {}, {"examples": 7}).write(tmp_path / "index/build")
    build(tmp_path, "first")
    return tmp_path


def build(project: Path, what: str) -> None:
    """Stands for a training: another model, the same large encoder."""
    (project / "models/guidebot.tar.gz").write_text(what)
    (project / "index/build/encoder.onnx").write_bytes(b"x" * 1_500_000)


def released(project: Path, what: str) -> Release:
    build(project, what)
    return make_release(SETTINGS)[0]


def test_a_release_is_whole_and_made_once(project: Path) -> None:
    release, is_new = make_release(SETTINGS)
    again, is_new_again = make_release(SETTINGS)
    assert (is_new, is_new_again, again) == (True, False, release)
    assert {"model/guidebot.tar.gz", "domain.yml", "index/encoder.onnx", "data/nlu/greet.yml"} <= set(release.files)
    assert release.figures == {"examples": 7}
    release.verify()
    assert release.settings(SETTINGS).guides_dir.is_dir()
    assert Releases().find("latest") == release


def test_changed_code_is_another_release(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_release(SETTINGS)
    monkeypatch.setattr(make, "_code_files", lambda: [ROOT / "pyproject.toml"])
    assert make_release(SETTINGS)[1]


def test_releases_share_large_files_and_cannot_be_written_to(project: Path) -> None:
    one, other = released(project, "first"), released(project, "second")
    same = [release.folder / "index/encoder.onnx" for release in (one, other)]
    assert same[0].samefile(same[1])
    assert same[0].stat().st_mode & 0o222 == 0
    (project / "index/build/encoder.onnx").write_bytes(b"new")
    one.verify()


def test_a_release_that_cannot_be_written_leaves_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        make_release(SETTINGS)
    assert Releases().all() == []
    assert [path for path in (project / "build/releases").rglob("*") if path.is_file()] == []


def test_a_release_that_cannot_be_read_keeps_nobody_from_the_others(project: Path) -> None:
    good, bad = released(project, "first"), released(project, "second")
    (bad.folder / "manifest.json").write_text("{}")
    assert Releases().all() == [good]
    assert released(project, "third") in Releases().all()


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_a_damaged_release_is_never_promoted(project: Path, damage: str) -> None:
    good, bad = released(project, "first"), released(project, "second")
    Releases().promote(good, "甲")
    bad.model.chmod(0o644)
    bad.model.write_text("other") if damage == "change" else bad.model.unlink()
    with pytest.raises(LearnError, match="damaged_release"):
        Releases().promote(bad, "甲")
    assert Releases().current() == good


def test_rolling_back_goes_one_step_each_time(project: Path) -> None:
    releases = Releases()
    first, second, third = (released(project, name) for name in ("first", "second", "third"))
    assert releases.current() is None
    with pytest.raises(LearnError, match="no_earlier"):
        releases.rollback("甲")
    for release in (first, second, third):
        releases.promote(release, "甲")
        assert releases.current() == release
    assert [releases.rollback("乙").id, releases.rollback("乙").id] == [second.id, first.id]
    with pytest.raises(LearnError, match="no_earlier"):
        releases.rollback("乙")
    releases.promote(third, "甲")
    assert releases.rollback("乙") == first
    kinds = [(entry["kind"], entry["by"]) for entry in releases.history()]
    assert kinds == [*[("promote", "甲")] * 3, *[("rollback", "乙")] * 2, ("promote", "甲"), ("rollback", "乙")]


def test_the_live_release_is_served_unless_another_is_set(project: Path) -> None:
    first, second = released(project, "first"), released(project, "second")
    assert in_use(SETTINGS) is None
    Releases().promote(first, "甲")
    assert in_use(SETTINGS) == first
    assert in_use(replace(SETTINGS, release=second.id)) == second
    with pytest.raises(LearnError, match="no_release"):
        in_use(replace(SETTINGS, release="nix"))


def test_the_pointer_is_there_at_every_moment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = released(project, "first"), released(project, "second")
    releases = Releases()
    releases.promote(first, "甲")
    seen = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(releases.current()), real(handle)))
    releases.promote(second, "甲")
    assert seen == [second]
    assert [path.name for path in releases.root.iterdir() if path.is_symlink()] == ["current"]


def case(place: str, guide: str, resolved: float, wrong: float = 0) -> Result:
    return Result(place, "single", (guide,), {"resolved": resolved, "wrong": wrong})


def strange(place: str, answered: float) -> Result:
    return Result(place, "out_of_scope", (), {"refused": 1 - answered, "answered": answered})


def measured(*results: Result, p95: float = 100.0, size: float = 90.0, release: str = "new") -> Measured:
    return Measured(release, "sets", results, 50.0, p95, size)


GOOD = [case(f"s:{n}", f"g{n % 5:02}", 1) for n in range(20)] + [strange(f"o:{n}", 0) for n in range(5)]
LIVE = measured(*GOOD, release="live")


def broken(report: Report) -> list[str]:
    return [check.name for check in report.checks if not check.holds]


def test_what_is_as_good_passes(project: Path) -> None:
    assert judge_release(measured(*GOOD), LIVE, CONFIG).passed
    assert judge_release(measured(*GOOD), None, CONFIG).passed


def test_one_lost_question_is_noise_and_two_of_a_guide_are_not() -> None:
    one = [case("s:0", "g00", 0), *GOOD[1:]]
    assert broken(judge_release(measured(*one), LIVE, CONFIG)) == []
    two = [case("s:0", "g00", 0), *GOOD[1:5], case("s:5", "g00", 0), *GOOD[6:]]
    report = judge_release(measured(*two), LIVE, CONFIG)
    assert broken(report) == ["guides"]
    assert report.checks[2].details == {"g00": 2}


def test_many_small_losses_are_no_chance_together() -> None:
    lost = [replace(one, outcome={"resolved": 0.0, "wrong": 0.0}) for one in GOOD[:5]]
    assert broken(judge_release(measured(*lost, *GOOD[5:]), LIVE, CONFIG)) == ["all"]


def test_wrong_answers_and_strange_questions_answered_may_not_rise() -> None:
    wrong = [case("s:0", "g00", 0, 1), *GOOD[1:]]
    assert broken(judge_release(measured(*wrong), LIVE, CONFIG)) == ["wrong"]
    accepted = [*GOOD[:-1], strange("o:4", 1)]
    assert broken(judge_release(measured(*accepted), LIVE, CONFIG)) == ["accepted"]


def test_slow_and_large_releases_are_stopped() -> None:
    assert broken(judge_release(measured(*GOOD, p95=170.0), LIVE, CONFIG)) == ["slower"]
    assert broken(judge_release(measured(*GOOD, p95=700.0), None, CONFIG)) == ["latency"]
    assert broken(judge_release(measured(*GOOD, size=500.0), None, CONFIG)) == ["size"]


def test_only_what_passed_against_the_live_one_may_be_promoted(project: Path) -> None:
    releases = Releases()
    first, second = released(project, "first"), released(project, "second")
    assert may_promote(releases, first, None)
    assert not may_promote(releases, second, first)
    judge_release(measured(*GOOD[1:], p95=900.0, release=second.id), replace(LIVE, release=first.id), CONFIG).keep(
        releases
    )
    assert not may_promote(releases, second, first)
    judge_release(measured(*GOOD, release=second.id), replace(LIVE, release=first.id), CONFIG).keep(releases)
    assert may_promote(releases, second, first)


def test_sets_are_known_by_what_stands_in_them(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"q": "泳票"}\n\n{"q": "泳帽"}\n', encoding="utf-8")
    rows, digest = load_sets([str(tmp_path)])
    assert [place.rpartition(":")[2] for place in rows] == ["1", "3"]
    (tmp_path / "a.jsonl").write_text('{"q": "泳票"}\n', encoding="utf-8")
    assert load_sets([str(tmp_path)])[1] != digest
    with pytest.raises(LearnError, match="no_cases"):
        load_sets([str(tmp_path / "nix")])


def test_what_would_change_for_the_last_days_messages(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path}/journal.db")
    for text in ("泳票", "泳帽", "泳票", "早先的话"):
        journal.receive(Entry("rest", "rest:a", text))
    old = turns.update().where(turns.c.text == "早先的话")
    journal.write(old.values(received_at=datetime.now(UTC) - timedelta(days=9)))
    counts = said_lately(journal, 7, 10)
    journal.close()
    assert counts == {"泳票": 2, "泳帽": 1}
    now: dict[str, Came] = {"泳票": ("answer", "g01"), "泳帽": ("fallback", None)}
    [found] = differences(counts, now, {**now, "泳票": ("answer", "g02")})
    assert found.to_json() == {
        "text": "泳票",
        "count": 2,
        "now": {"act": "answer", "guide": "g01"},
        "then": {"act": "answer", "guide": "g02"},
    }
