"""Training Rasa: its NLU data written, then `rasa train` in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from bot.book.facets import load_facets
from bot.book.guide import load_guides
from bot.learn.model import CONFIG, DOMAIN, MARK, MODELS, NAME, RECORD, record_model, training_inputs
from bot.learn.nlu import NluData, nlu_data, spoken_texts
from bot.learn.problem import LearnError
from bot.learn.quiet import quiet_environment
from bot.settings import Settings
from index.corpus import load_questions

NLU = Path("build/nlu")
MARKED = Path("build/domain")
LOG = Path("build/logs/train.log")
TAIL = 15  # last lines of the log that are shown where training fails
_STEP = re.compile(r"Starting to train component '(\w+)'")

Progress = Callable[[str], None]


def prepare(settings: Settings) -> NluData:
    """The NLU data of today's files. GuideError, CorpusError or LearnError where one cannot be used."""
    data = settings.data_dir
    return nlu_data(
        load_guides(settings.guides_dir),
        load_facets(data / "facets.yml"),
        load_questions(data / "questions"),
        spoken_texts(data / "nlu"),
    )


def train(settings: Settings, progress: Progress) -> NluData:
    """Train models/guidebot.tar.gz and record what from; `progress` hears each component that is trained.

    LearnError `training_failed`, with the end of the log, where Rasa fails; the old model stays, unrecorded.
    """
    inputs = training_inputs(settings)
    data = prepare(settings)
    data.write(NLU)
    write_domain(inputs)
    RECORD.unlink(missing_ok=True)
    _run(command(settings), progress)
    record_model(inputs, sum(map(len, data.questions.values())))
    return data


def write_domain(mark: str) -> None:
    """The domain as it is trained: ours, and the mark by which a model is known."""
    MARKED.mkdir(parents=True, exist_ok=True)
    (MARKED / "domain.yml").write_bytes(DOMAIN.read_bytes())
    (MARKED / "mark.yml").write_text(f'version: "3.1"\nresponses:\n  {MARK}:\n    - text: {mark}\n', encoding="utf-8")


def command(settings: Settings) -> list[str]:
    """`rasa train` with our files. Forced: Rasa's cache does not see that jieba's words changed."""
    data = settings.data_dir
    sources = [data / "nlu", data / "rules.yml", *filter(Path.exists, [data / "stories"]), NLU]
    return [
        *(sys.executable, "-m", "rasa", "train", "--force"),
        *("--domain", str(MARKED), "--config", str(CONFIG)),
        *("--data", *map(str, sources)),
        *("--out", str(MODELS), "--fixed-model-name", NAME),
    ]


def _run(arguments: list[str], progress: Progress) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=TAIL)
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=quiet_environment(os.environ),
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        with process:
            for line in process.stdout or ():
                log.write(line)
                tail.append(line.rstrip())
                if step := _STEP.search(line):
                    progress(step[1])
    if process.returncode:
        raise LearnError("training_failed", code=process.returncode, log=LOG, tail="\n".join(tail))
