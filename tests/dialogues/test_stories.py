"""The stories of data/stories, run by Rasa's own test against the trained model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from stack import NEEDED, PROJECT

from bot.learn.quiet import quiet_environment

pytestmark = pytest.mark.stack

STORIES = PROJECT / "data" / "stories"


def test_every_turn_is_ruled_in_the_stories_too() -> None:
    """Each rule that an intent begins is walked by a story; the sections stand for one another."""
    rules = yaml.safe_load((PROJECT / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    ruled = {step["action"] for rule in rules for step in rule["steps"] if "action" in step}
    stories = [yaml.safe_load(path.read_text(encoding="utf-8"))["stories"] for path in STORIES.glob("*.yml")]
    told = {step["action"] for many in stories for story in many for step in story["steps"] if "action" in step}
    assert {action for action in ruled if action.startswith("action_")} <= told


def test_rasa_walks_the_stories(tmp_path: Path) -> None:
    """`rasa test core` predicts every action of every story."""
    model = PROJECT / NEEDED[0]
    arguments = ["test", "core", "--model", str(model), "--stories", str(STORIES), "--out", str(tmp_path), "--no-plot"]
    ran = subprocess.run(
        [sys.executable, "-m", "rasa", *arguments, "--endpoints", os.devnull, "--fail-on-prediction-errors"],
        cwd=tmp_path,
        env=quiet_environment({**os.environ, "PYTHONPATH": str(PROJECT)}),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert json.loads((tmp_path / "story_report.json").read_text())["conversation_accuracy"]["accuracy"] == 1.0
