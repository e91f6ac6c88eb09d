from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from bot.cli import alone
from bot.cli.alone import LOCK, working_alone


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_while_one_works_no_other_can():
    with working_alone(), LOCK.open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_second_waits_says_so_and_goes_on_when_the_first_is_done(monkeypatch):
    LOCK.parent.mkdir()
    first = LOCK.open("w")
    fcntl.flock(first, fcntl.LOCK_EX)
    noted: list[bool] = []

    def first_ends() -> None:
        noted.append(True)
        first.close()

    monkeypatch.setattr(alone, "note_waiting", first_ends)
    with working_alone():
        assert noted == [True]


def test_afterwards_the_way_is_free_even_after_a_failure(capsys):
    with pytest.raises(ZeroDivisionError), working_alone():
        raise ZeroDivisionError
    with working_alone():
        assert capsys.readouterr().err == ""


def test_the_note_is_for_people(capsys):
    alone.note_waiting()
    assert "等" in capsys.readouterr().err
