"""Accounts of the console on the command line."""

from __future__ import annotations

import json

import pytest

from bot.console.accounts import Accounts
from bot.edge.journal import Journal
from bot.settings import Settings

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def given(project, monkeypatch):
    monkeypatch.setenv("CONSOLE_PASSWORD", PASSWORD)


def checked(name: str, password: str) -> bool:
    journal = Journal(Settings().database_url)
    try:
        return Accounts(journal).check(name, password) is not None
    finally:
        journal.close()


def test_an_account_from_the_first_day_to_the_last(guidebot, monkeypatch):
    added = guidebot("console", "user", "add", "小王", "--role", "reviewer")
    assert added.status == 0 and "小王" in added.out and PASSWORD not in added.out
    assert checked("小王", PASSWORD)
    [shown] = json.loads(guidebot("console", "user", "list", "--json").out)
    assert (shown["name"], shown["role"]) == ("小王", "reviewer") and "password" not in shown
    monkeypatch.setenv("CONSOLE_PASSWORD", "another password")
    assert guidebot("console", "user", "password", "小王").status == 0
    assert checked("小王", "another password") and not checked("小王", PASSWORD)
    assert guidebot("console", "user", "remove", "小王").status == 0
    assert json.loads(guidebot("console", "user", "list", "--json").out) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "a b", "--role", "reviewer"), "不能做名字"),
        (("password", "nobody"), "没有 nobody 这个账号"),
        (("remove", "nobody"), "没有 nobody 这个账号"),
    ],
)
def test_what_cannot_be_done_is_told(guidebot, words, told):
    result = guidebot("console", "user", *words)
    assert result.status == 1 and told in result.err


def test_a_name_is_given_once_and_a_password_is_not_short(guidebot, monkeypatch):
    guidebot("console", "user", "add", "小王", "--role", "publisher")
    assert "已经有 小王" in guidebot("console", "user", "add", "小王", "--role", "reviewer").err
    monkeypatch.setenv("CONSOLE_PASSWORD", "short")
    assert "至少 10 个字符" in guidebot("console", "user", "add", "老李", "--role", "reviewer").err


def test_there_are_two_roles(guidebot):
    assert guidebot("console", "user", "add", "小王", "--role", "admin").status == 2
