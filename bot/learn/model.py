"""The trained Rasa model: what it was trained from, and whether it still fits today's data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bot.book.guide import Guide, load_guides
from bot.learn import nlu
from bot.learn.problem import LearnError
from bot.settings import Settings
from index.manifest import file_hash, inputs_hash

MODELS = Path("models")
NAME = "guidebot"
MODEL = MODELS / f"{NAME}.tar.gz"
RECORD = MODELS / f"{NAME}.json"
MARK = "utter_model"  # a response that is never said: by it a model tells the actions which one it is
CONFIG, DOMAIN = Path("config.yml"), Path("domain.yml")


@dataclass(frozen=True)
class ModelRecord:
    """Hash of what the model was trained from, of its file, and how many written questions it saw."""

    inputs: str
    model: str
    questions: int

    def write(self, path: Path) -> None:
        """Write the record beside the model, once the model is there."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def training_inputs(settings: Settings) -> str:
    """Hash of all that a model is trained from, as it stands on disk now. GuideError for a bad guide file."""
    data = settings.data_dir
    files = [
        *(path for path in (CONFIG, DOMAIN, data / "rules.yml", data / "facets.yml") if path.exists()),
        *(data / "nlu").glob("*.yml"),
        *(data / "stories").glob("*.yml"),
        *(data / "questions").glob("g*.txt"),
        *Path("bot/components").glob("*.py"),
        Path(nlu.__file__),  # how the data is written is part of what a model learns
    ]
    return inputs_hash(files, json.dumps([version("rasa"), *_names(load_guides(settings.guides_dir))]))


def check_whole() -> ModelRecord:
    """What is on record of the model; LearnError `no_model` or `bad_model` where it is not what it was."""
    if not MODEL.is_file():
        raise LearnError("no_model", path=MODEL)
    record = _read(RECORD)
    if record is None or record.model != file_hash(MODEL):
        raise LearnError("bad_model", path=MODEL)
    return record


def check_model(settings: Settings) -> None:
    """LearnError `no_model`, `bad_model` or `stale_model` where the model cannot or should not be served."""
    record = check_whole()
    if record.inputs != training_inputs(settings):
        raise LearnError("stale_model", path=MODEL)


def is_trained(settings: Settings) -> bool:
    """Whether the model is whole and trained from today's data."""
    try:
        check_model(settings)
    except LearnError:
        return False
    return True


def record_model(inputs: str, questions: int) -> None:
    """Say of the model just trained what it was trained from."""
    ModelRecord(inputs, file_hash(MODEL), questions).write(RECORD)


def model_inputs() -> str:
    """What the model was trained from, as a hash; empty where nothing is on record."""
    record = _read(RECORD)
    return record.inputs if record else ""


def _read(path: Path) -> ModelRecord | None:
    try:
        return ModelRecord(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # no usable record is reported as a damaged model, with what mends it


def _names(guides: Iterable[Guide]) -> list[list[str]]:
    return [[guide.title, *guide.aliases] for guide in guides]
