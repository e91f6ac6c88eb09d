"""`guidebot service`: switched off with a word for citizens, on again, and every use on record."""

from __future__ import annotations

import pytest


@pytest.fixture
def journal(project, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_DATABASE_URL", f"sqlite:///{project}/build/journal.db")


def test_off_and_on_are_on_record(guidebot, journal):
    assert "从来没有" in guidebot("service", "log").out
    assert "下午两点" in guidebot("service", "off", "系统维护，下午两点恢复").out
    assert guidebot("service", "on").status == 0
    lines = guidebot("service", "log").out.splitlines()
    assert ["暂停" in line for line in lines[1:]] == [False, True]
    assert "下午两点" in lines[2]


@pytest.mark.parametrize("notice", ["", "  "])
def test_citizens_have_to_be_told_why(guidebot, journal, notice):
    assert guidebot("service", "off", notice).status != 0
    assert "从来没有" in guidebot("service", "log").out


def test_a_database_that_is_away_is_named(guidebot, project, monkeypatch):
    (project / "file").write_text("")
    monkeypatch.setenv("GUIDEBOT_DATABASE_URL", f"sqlite:///{project}/file/journal.db")
    used = guidebot("service", "off", "系统维护")
    assert used.status != 0
    assert "GUIDEBOT_DATABASE_URL" in used.err
