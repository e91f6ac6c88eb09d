"""From a log of the real book's questions with noise: new matters and new wordings are among the first clusters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.edge.journal import Journal
from bot.learn.log.intake import take_in
from bot.learn.mine.known import Known
from bot.learn.mine.run import Mined, mine
from bot.settings import Settings
from scripts.learning_bench import placed, topics_of
from scripts.make_log import TOPICS, lines, write

MESSAGES = 1500  # a third of the bench's log, to be done in half a minute


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, chance = tmp_path_factory.mktemp("log") / "log.jsonl", random.Random(8)
    write(lines(MESSAGES, Settings(), chance), path, chance)
    return path


@pytest.fixture(scope="module")
def mined(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mined]:
    journal = Journal(f"sqlite:///{tmp_path_factory.mktemp('journal')}/journal.db")
    take_in(journal, str(log))
    yield mine(journal, Known.load(Settings()), Path("data"))
    journal.close()


def test_the_log_is_the_same_every_time(log: Path, tmp_path: Path) -> None:
    chance = random.Random(8)
    write(lines(MESSAGES, Settings(), chance), tmp_path / "again.jsonl", chance)
    assert (tmp_path / "again.jsonl").read_bytes() == log.read_bytes()


def test_every_new_matter_and_wording_is_among_the_first_ten(log: Path, mined: Mined) -> None:
    topics = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    found = placed(mined.clusters, topics_of(log), list(topics))
    assert {row["topic"] for row in found} == set(topics)
    assert all(row["purity"] >= 0.7 for row in found)
    best = {name: max(row["recall"] for row in found if row["topic"] == name) for name in topics}
    assert min(best.values()) >= 0.4, best


def test_wordings_kept_back_are_not_in_the_log(log: Path) -> None:
    topics = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    said = set(topics_of(log))
    assert not said & {text for topic in topics.values() for text in topic["held"]}
