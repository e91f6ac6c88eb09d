from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import app as cli
from bot.cli.app import run

HEAVY = ("rasa", "rasa_sdk", "torch", "tensorflow", "sklearn", "numpy", "sqlalchemy", "httpx", "honcho")


def test_help_lists_every_job_in_chinese(guidebot):
    result = guidebot("--help")
    assert result.status == 0
    for name, words in {"train": "训练", "serve": "启动", "doctor": "还缺什么", "eval": "打分"}.items():
        assert name in result.out and words in result.out


def test_nothing_heavy_is_loaded_before_a_command_needs_it():
    code = "import sys; import bot.cli.app as app; app.create_app();"
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serv"], "serve"),
        (["serve", "edge", "--prot", "1"], "没有选项 --prot"),
        (["serve", "edge", "--port", "eighty"], "port"),
        (["ask"], "少了参数 question"),
    ],
)
def test_wrong_use_ends_with_two_and_says_where_help_is(guidebot, arguments, told):
    result = guidebot(*arguments)
    assert result.status == 2
    assert told in result.err and "--help" in result.err
    assert result.out == ""


@pytest.mark.parametrize("command", [["train"], ["guides", "check"], ["serve"], ["doctor"], ["index", "build"]])
def test_outside_the_project_a_command_says_so(guidebot, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    result = guidebot(*command)
    assert result.status == 2
    assert "不是项目目录" in result.err


def test_a_mistyped_variable_is_named(guidebot, project, monkeypatch):
    monkeypatch.setenv("GUIDEBOT_EDGE_PRT", "1")
    result = guidebot("guides", "check")
    assert result.status == 2
    assert "GUIDEBOT_EDGE_PORT" in result.err


def test_a_broken_data_file_is_named_with_its_line(guidebot, project):
    (project / "data" / "facets.yml").write_text("facets:\n  audience: [\n", encoding="utf-8")
    result = guidebot("guides", "check")
    assert result.status == 1
    assert "data/facets.yml:3" in result.err


def test_a_file_of_another_encoding_is_named(guidebot, project, monkeypatch):
    (project / "data" / "questions" / "g01.txt").write_bytes("社保开户".encode("gbk"))
    result = guidebot("train")
    assert result.status == 1
    assert "data/questions/g01.txt" in result.err and "UTF-8" in result.err


def test_what_only_a_developer_can_mend_is_not_hidden(project, monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "create_app", broken)
    with pytest.raises(ZeroDivisionError):
        run(["train"])


def test_no_colours_where_it_is_not_a_terminal():
    done = subprocess.run([sys.executable, "-m", "bot.cli", "serv"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr and "guidebot --help" in done.stderr


def test_the_command_is_the_same_installed_or_not():
    declared = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'guidebot = "bot.cli:main"' in declared
