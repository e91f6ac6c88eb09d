"""A night's work: which commands it runs, what it makes of how they end, and that it never runs twice at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.learn.nightly.config import NightlyConfig
from bot.learn.nightly.metrics import write_metrics
from bot.learn.nightly.night import Done, Night, only_one
from bot.learn.nightly.outcome import EXIT, Outcome, State
from bot.learn.release.gate import report_path
from bot.learn.release.store import MANIFEST, Release, Releases

NOW = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)  # the 27th in China
CONFIG = NightlyConfig([], promote=False, report_days=30, keep_days=90, keep_releases=0)
REPORT = {"drift": {"notices": ["unknown"], "recent": {"share": 0.2}}}


def release(releases: Releases, name: str) -> Release:
    """A release without files."""
    folder = releases.root / name
    folder.mkdir(parents=True)
    made = Release(name, name, name, "", "", {}, {}, folder)
    (folder / MANIFEST).write_text(json.dumps(made.to_json()), encoding="utf-8")
    return made


@dataclass
class Commands:
    """Plays the commands: each ends as `ends` says, else well; training makes a release, the report its folder."""

    releases: Releases
    ends: dict[str, Done] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def __call__(self, arguments: Sequence[str]) -> Done:
        name = " ".join(arguments[:2]) if arguments[0] != "train" else "train"
        self.ran.append(name)
        if name in self.ends:
            return self.ends[name]
        if name == "train":
            release(self.releases, "r2")
        if name == "learn numbers":
            Path(arguments[arguments.index("--csv") + 1]).mkdir(parents=True, exist_ok=True)
        return Done(0, json.dumps(_ANSWERS.get(name, {})), "")


_ANSWERS: Mapping[str, Any] = {
    "learn sweep": {"count": 4},
    "learn import": {"new": 2, "known": 1},
    "learn mine": {"clusters": [{}, {}, {}]},
    "release gate": {"passed": True},
    "release promote": {"live": "r2"},
    "learn numbers": REPORT,
}


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """One that is live."""
    made = Releases(tmp_path / "releases")
    made.promote(release(made, "r1"), "test")
    return made


@pytest.fixture
def commands(releases: Releases) -> Commands:
    return Commands(releases)


@pytest.fixture
def spend(releases: Releases, commands: Commands, tmp_path: Path) -> Callable[..., Outcome]:
    def one(config: NightlyConfig = CONFIG, current: bool = False) -> Outcome:
        night = Night(config, releases, commands, lambda: current, lambda: 2, folder=tmp_path / "nightly")
        return night.spend(NOW)

    return one


def test_all_is_done_in_order_and_nothing_promoted_unasked(spend, commands, releases, tmp_path):
    found = spend()
    assert commands.ran == ["learn sweep", "train", "release gate", "learn mine", "learn numbers"]
    assert (found.state, found.swept, found.clusters, found.pending) == (State.DONE, 4, 3, 2)
    assert (found.trained, found.gate, found.promoted) == ("r2", "passed", None)
    assert (found.notices, found.unknown_share) == (("unknown",), 0.2)
    assert found.report == str(tmp_path / "nightly/2026-11-27")
    assert json.loads((tmp_path / "nightly/2026-11-27/numbers.json").read_text(encoding="utf-8")) == REPORT
    history = (tmp_path / "nightly/history.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(history[0]) == json.loads(json.dumps(found.to_json()))


def test_promotion_is_a_setting(spend, commands):
    assert spend(replace(CONFIG, promote=True)).promoted == "r2"
    assert commands.ran[-3:] == ["release promote", "learn mine", "learn numbers"]


def test_nothing_new_is_neither_trained_nor_gated(spend, commands):
    found = spend(current=True)
    assert (found.state, found.trained, found.gate) == (State.DONE, None, None)
    assert "train" not in commands.ran and "release gate" not in commands.ran


def test_what_the_gate_stopped_is_told_once_and_never_promoted(spend, commands, releases):
    commands.ends["release gate"] = Done(1, json.dumps({"passed": False}), "")
    found = spend(replace(CONFIG, promote=True))
    assert (found.state, EXIT[found.state], found.promoted) == (State.STOPPED, 3, None)
    path = report_path(releases, "r2", "r1")
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    assert spend(replace(CONFIG, promote=True), current=True).state is State.DONE
    assert commands.ran.count("release gate") == 1 and "release promote" not in commands.ran


def test_a_step_that_fails_takes_none_along_but_what_hangs_on_it(spend, commands):
    commands.ends |= {"learn mine": Done(1, "", "没有索引"), "train": Done(1, "", "a\nb\nc\nd\ne\n训练失败")}
    found = spend()
    assert (found.state, EXIT[found.state], found.clusters) == (State.FAILED, 1, None)
    assert found.failed == {"mine": "没有索引", "train": "b\nc\nd\ne\n训练失败"}
    assert commands.ran[-1] == "learn numbers" and "release gate" not in commands.ran


def test_a_gate_that_breaks_down_has_not_let_anything_pass(spend, commands):
    commands.ends["release gate"] = Done(1, "", "启动不了")
    found = spend(replace(CONFIG, promote=True))
    assert found.state is State.FAILED and found.gate is None and "release promote" not in commands.ran


def test_logs_are_taken_in_by_pattern_and_address(spend, commands, tmp_path):
    for name in ("b.jsonl", "a.jsonl", "a.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    sources = [f"{tmp_path}/*.jsonl", "sqlite:///tracker.db", f"{tmp_path}/nothing.csv"]
    assert spend(replace(CONFIG, sources=sources)).taken == 6
    assert commands.ran.count("learn import") == 3


def test_what_is_old_is_removed_and_what_is_needed_kept(spend, releases, tmp_path):
    for name in ("2026-08-01", "2026-11-01"):
        (tmp_path / "nightly" / name).mkdir(parents=True)
    for name in ("r0", "r3", "r4"):
        release(releases, name)
    assert spend(replace(CONFIG, keep_releases=2), current=True).removed == 2
    assert {path.name for path in (tmp_path / "nightly").glob("2026-*")} == {"2026-11-01", "2026-11-27"}
    assert [one.id for one in releases.all()] == ["r4", "r3", "r1"], "the live one stays, however old"


def test_releases_to_roll_back_to_are_never_pruned(releases):
    for name in ("r2", "r3", "r4"):
        made = release(releases, name)
        if name != "r4":
            releases.promote(made, "test")
    assert releases.prune(1, "r1") == []
    assert releases.prune(1) == ["r1"]
    assert releases.rollback("test").id == "r2"
    assert releases.prune(0) == []


def test_of_two_nights_at_once_only_one_works(tmp_path):
    with only_one(tmp_path) as first, only_one(tmp_path) as second:
        assert (first, second) == (True, False)
    with only_one(tmp_path) as again:
        assert again


def test_the_metrics_say_how_the_night_ended(spend, commands, tmp_path):
    commands.ends["learn mine"] = Done(1, "", "x")
    write_metrics(spend(), tmp_path / "out" / "guidebot.prom")
    lines = (tmp_path / "out" / "guidebot.prom").read_text(encoding="utf-8").splitlines()
    assert 'guidebot_drift_notice{kind="unknown"} 1.0' in lines
    assert 'guidebot_drift_notice{kind="new_words"} 0.0' in lines
    assert "guidebot_nightly_exit_code 1.0" in lines and "guidebot_nightly_clusters NaN" in lines
    assert "guidebot_unknown_share 0.2" in lines
