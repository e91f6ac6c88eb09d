"""Every word that the program asks data/cli.yml for is there, and every command explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.app import create_app, describe
from bot.cli.words import find, say
from bot.outcome import Act
from bot.settings import SETTINGS_HELP
from index.corpus import SECTIONS

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "bot" / "cli").glob("*.py"), *(ROOT / "bot" / "learn").glob("*.py")]
ASKED = re.compile(r'\b(?:say|tell|find)\(\s*"([\w.]+)"')
PROBLEM = re.compile(r'(?:CliError\.of|LearnError)\(\s*"(\w+)"')


def matches(pattern: re.Pattern[str]) -> list[str]:
    return sorted({key for path in SOURCES for key in pattern.findall(path.read_text(encoding="utf-8"))})


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


@pytest.fixture(scope="module")
def tree() -> dict[tuple[str, ...], Any]:
    command = typer.main.get_command(create_app())
    describe(command, "help")
    return dict(commands(command))


@pytest.mark.parametrize("key", matches(ASKED))
def test_every_text_asked_for_is_there(key):
    assert find(key)


@pytest.mark.parametrize("code", matches(PROBLEM))
def test_every_problem_has_a_sentence(code):
    assert find(f"problems.{code}")


def test_the_search_for_keys_finds_some():
    assert "train.trained" in matches(ASKED) and "busy_port" not in matches(ASKED)
    assert {"not_in_project", "training_failed", "double_word"} <= set(matches(PROBLEM))


def test_every_command_and_option_explains_itself(tree):
    for path, command in tree.items():
        assert command.help, path
        assert command.short_help or not path, path
        for parameter in command.params:
            assert parameter.help, (path, parameter.name)


def test_every_act_and_section_has_a_name():
    assert all(find(f"acts.{act.value}") for act in Act)
    assert all(find(f"sections.{section}") for section in SECTIONS)


def test_a_text_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        say("train.nosuch")


def test_the_handbook_explains_every_command_and_setting(tree):
    handbook = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    leaves = [path for path, command in tree.items() if path and not getattr(command, "commands", None)]
    assert [path for path in leaves if f"guidebot {' '.join(path)}" not in handbook] == []
    assert [name for name in SETTINGS_HELP if f"`{name}`" not in handbook] == []
