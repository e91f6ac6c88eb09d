from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bot.learn.train as learn
from bot.learn.model import MODEL, RECORD, check_model, is_trained, record_model, training_inputs
from bot.learn.problem import LearnError
from bot.learn.quiet import quiet_environment
from bot.learn.train import command
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = Settings()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two guides; the working directory."""
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("g0[3-9]*", "g[1-9]*"))
    (tmp_path / "guides").mkdir()
    for number in ("g01", "g02"):
        shutil.copy(next((ROOT / "guides").glob(f"{number}_*.md")), tmp_path / "guides")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problem() -> str:
    with pytest.raises(LearnError) as caught:
        check_model(SETTINGS)
    return caught.value.code


def trained() -> None:
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(b"model")
    record_model(training_inputs(SETTINGS), 60)


def append(name: str, text: str = "\n") -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_model_of_todays_data_is_trained():
    trained()
    assert is_trained(SETTINGS)


def test_no_model():
    assert problem() == "no_model"
    assert not is_trained(SETTINGS)


@pytest.mark.parametrize("record", [None, "{", "[]", '{"inputs": "", "model": "other", "questions": 1}'])
def test_a_model_without_its_own_record_is_not_trusted(record):
    trained()
    RECORD.unlink()
    if record is not None:
        RECORD.write_text(record, encoding="utf-8")
    assert problem() == "bad_model"


def test_a_model_that_was_changed_is_damaged():
    trained()
    MODEL.write_bytes(b"mode1")
    assert problem() == "bad_model"


@pytest.mark.parametrize(
    "changed",
    [
        "config.yml",
        "domain.yml",
        "data/nlu/greet.yml",
        "data/rules.yml",
        "data/facets.yml",
        "data/questions/g01.txt",
    ],
)
def test_changed_data_makes_a_model_stale(changed):
    trained()
    append(changed)
    assert problem() == "stale_model"


@pytest.mark.parametrize("new", ["data/stories/new.yml", "bot/components/new.py"])
def test_new_stories_and_components_make_it_stale(new):
    trained()
    Path(new).parent.mkdir(parents=True, exist_ok=True)
    append(new)
    assert problem() == "stale_model"


def test_a_guides_words_matter_and_its_text_does_not():
    trained()
    path = next(Path("guides").glob("g01_*.md"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n", encoding="utf-8")
    assert is_trained(SETTINGS)
    path.write_text(text.replace("aliases: [", "aliases: [给公司开社保户头, "), encoding="utf-8")
    assert problem() == "stale_model"


def test_stories_are_trained_on_where_there_are_any():
    assert "data/stories" in command(SETTINGS)
    shutil.rmtree("data/stories")
    arguments = command(SETTINGS)
    data = arguments[arguments.index("--data") + 1 : arguments.index("--out")]
    assert data == ["data/nlu", "data/rules.yml", "build/nlu"]


def test_the_model_is_written_where_it_is_served_from():
    arguments = command(SETTINGS)
    folder, name = (
        arguments[arguments.index("--out") + 1],
        arguments[arguments.index("--fixed-model-name") + 1],
    )
    assert Path(folder, f"{name}.tar.gz") == MODEL
    assert arguments[:3] == [sys.executable, "-m", "rasa"]


def test_rasa_sends_nothing_home():
    environ = quiet_environment({"PATH": "/bin", "CUDA_VISIBLE_DEVICES": "0"})
    assert environ["RASA_TELEMETRY_ENABLED"] == "false"
    assert environ["CUDA_VISIBLE_DEVICES"] == ""
    assert environ["PATH"] == "/bin"


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(learn, "command", lambda settings: [sys.executable, "-c", code])


def test_progress_names_the_components_and_the_log_has_all(monkeypatch):
    MODEL.parent.mkdir()
    lines = "print('hello'); print(\"INFO - Starting to train component 'DIETClassifier'.\");"
    stand_in(monkeypatch, lines + "open('models/guidebot.tar.gz', 'w').write('m')")
    heard: list[str] = []
    data = learn.train(SETTINGS, heard.append)
    assert heard == ["DIETClassifier"]
    assert "hello" in learn.LOG.read_text(encoding="utf-8")
    assert data.questions and is_trained(SETTINGS)


def test_a_failed_training_leaves_no_record_of_success(monkeypatch):
    trained()
    stand_in(monkeypatch, "print('out of memory'); raise SystemExit(4)")
    with pytest.raises(LearnError) as caught:
        learn.train(SETTINGS, lambda step: None)
    assert caught.value.code == "training_failed"
    assert caught.value.words["code"] == 4 and "out of memory" in str(caught.value.words["tail"])
    assert problem() == "bad_model"


def test_data_changed_during_training_is_trained_again(monkeypatch):
    MODEL.parent.mkdir()
    change = "open('domain.yml', 'a').write('# new');"
    stand_in(monkeypatch, change + "open('models/guidebot.tar.gz', 'w').write('m')")
    learn.train(SETTINGS, lambda step: None)
    assert problem() == "stale_model"


def test_what_is_run_in_a_project_takes_no_modules_from_what_was_built_there() -> None:
    code = "import sys; print(sys.flags.safe_path)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=quiet_environment(os.environ), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
