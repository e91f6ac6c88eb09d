from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

import bot.cli.checks as checks
from bot.cli.checks import MISSING, OK, OPTIONAL, STALE, Check
from bot.cli.ports import Place
from bot.learn.model import MODEL, record_model, training_inputs
from bot.settings import Settings


def found(guidebot, name: str) -> list[dict[str, str]]:
    return [line for line in json.loads(guidebot("doctor", "--json").out) if line["name"] == name]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Without the checks that take their time."""
    for name in ("browser_check", "guides_check"):
        monkeypatch.setattr(checks, name, lambda settings: Check("guides", OK, "ok"))


def test_a_fresh_checkout_learns_each_command_that_is_missing(guidebot, project, quick):
    result = guidebot("doctor")
    assert result.status == 1
    for command in ("guidebot index build", "guidebot train", "requirements.lock"):
        assert command in result.out


def test_all_in_order_ends_with_zero(guidebot, project, monkeypatch):
    lines = [Check("python", OK, "Python 3.11"), Check("browser", OPTIONAL, "没有安装", "playwright install")]
    monkeypatch.setattr("bot.cli.doctor.all_checks", lambda settings: lines)
    result = guidebot("doctor")
    assert result.status == 0
    assert "齐了" in result.out and "playwright install" in result.out


def test_a_missing_line_ends_with_one(guidebot, project, monkeypatch):
    monkeypatch.setattr(
        "bot.cli.doctor.all_checks", lambda settings: [Check("model", MISSING, "没有", "guidebot train")]
    )
    result = guidebot("doctor", "--json")
    assert result.status == 1
    assert json.loads(result.out)[0]["remedy"] == "guidebot train"


def test_another_python_is_named(project, monkeypatch):
    assert checks.python_check(Settings()).state == OK
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    line = checks.python_check(Settings())
    assert line.state == MISSING and "3.12.1" in line.found and "3.11" in line.remedy


def test_missing_and_other_packages_are_named(project):
    (project / "requirements.lock").write_text("nosuch-package==1.0\npytest==0.1\n", encoding="utf-8")
    line = checks.packages_check(Settings())
    assert line.state == MISSING
    assert "nosuch-package" in line.found and "pytest" in line.found and "requirements.lock" in line.remedy


def test_the_packages_of_the_lock_satisfy_it(project):
    (project / "requirements.lock").write_text(f"pytest=={pytest.__version__}\n", encoding="utf-8")
    assert checks.packages_check(Settings()).state == OK


def test_findings_in_guides_are_counted(whole):
    assert checks.guides_check(Settings()).state == OK
    next((whole / "guides").glob("g01_*.md")).unlink()
    line = checks.guides_check(Settings())
    assert line.state == MISSING and line.remedy == "guidebot guides check"


def test_index_and_encoder_that_are_not_there(project):
    for check in (checks.index_check, checks.encoder_check):
        line = check(Settings())
        assert line.state == MISSING and line.remedy == "guidebot index build"


def test_a_model_is_current_stale_damaged_or_missing(project):
    settings = Settings()
    assert checks.model_check(settings).state == MISSING
    MODEL.parent.mkdir()
    MODEL.write_bytes(b"model")
    assert checks.model_check(settings).state == MISSING
    record_model(training_inputs(settings), 1)
    assert checks.model_check(settings).state == OK
    (project / "data" / "rules.yml").write_text("version: '3.1'\n", encoding="utf-8")
    stale = checks.model_check(settings)
    assert stale.state == STALE and not stale.holds and stale.remedy == "guidebot train"
    MODEL.write_bytes(b"other")
    assert checks.model_check(settings).state == MISSING


def test_a_database_in_a_place_that_is_none(project):
    assert checks.database_check(Settings()).state == OK
    (project / "file").write_text("", encoding="utf-8")
    line = checks.database_check(Settings(database_url="sqlite:///file/journal.db"))
    assert line.state == MISSING and "GUIDEBOT_DATABASE_URL" in line.remedy


def test_a_database_that_is_something_else(project):
    (project / "journal.db").write_bytes(b"not a database, but long enough to be read as one" * 40)
    assert checks.database_check(Settings(database_url="sqlite:///journal.db")).state == MISSING


def test_a_widget_that_is_not_bundled_is_named_with_its_command(project, monkeypatch):
    from bot.edge import bundle

    monkeypatch.setattr(bundle.load_bundle, "__defaults__", (project,))
    line = checks.widget_check(Settings())
    assert line.state == MISSING and line.remedy == "make widget"
    assert checks.widget_check in checks.SERVABLE


def test_a_port_is_free_ours_busy_or_elsewhere(service):
    port = int(service.url.rpartition(":")[2])
    busy = checks.port_check(Place("edge", "127.0.0.1", port))
    assert busy.state == MISSING and str(os.getpid()) in busy.found
    service.pages["/healthz"] = (200, {"status": "ok"})
    assert checks.port_check(Place("edge", "127.0.0.1", port)).state == OK
    assert checks.port_check(Place("edge", "192.0.2.1.invalid", port)).state == OPTIONAL


def test_no_browser_is_no_fault(project, monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    line = checks.browser_check(Settings())
    assert line.state == OPTIONAL and line.holds and "playwright install" in line.remedy


def test_what_keeps_the_service_from_starting_is_told_once_each(project, monkeypatch):
    def state(of: str):
        return lambda settings: Check("model", of, "对话模型没有训练。", "guidebot train")

    monkeypatch.setattr(checks, "SERVABLE", (state(STALE), state(OK)))
    checks.need_servable(Settings())
    monkeypatch.setattr(checks, "SERVABLE", (state(MISSING), state(OK)))
    with pytest.raises(checks.CliError, match=r"没有训练。.*guidebot train"):
        checks.need_servable(Settings())


def test_without_a_procfile_nothing_is_started(project, monkeypatch):
    (project / "Procfile").unlink()
    monkeypatch.setattr(checks, "SERVABLE", ())
    with pytest.raises(checks.CliError, match="Procfile"):
        checks.need_servable(Settings())
