"""Rasa's stock classifier, DIET, trained on the guides as intents in a project of its own and asked over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.learn.problem import LearnError
from bot.learn.processes import LOCAL, end, free_ports
from bot.learn.quiet import quiet_environment
from index.corpus import Example

MODEL = "diet"
SEED = 42
START_S = 180.0
ASK_S = 60.0
GLANCE_S = 0.5
TAIL = 1500  # characters of the log that are shown where Rasa fails
_EPOCH = re.compile(r"Epochs:.*?(\d+)/\d+ \[")
_LIKE_ANNOTATION = re.compile(r"\](?=[({\[])")


@dataclass(frozen=True)
class Diet:
    """How long it may learn: so many epochs, and no more than so many minutes; `progress` hears each epoch."""

    epochs: int
    minutes: float
    progress: Callable[[int], None]

    def rank(self, questions: Sequence[Example], texts: Sequence[str]) -> list[list[str]]:
        """The guides of each text, likeliest first: the ten that DIET ranks.

        LearnError `diet_slow` where training takes longer than it may, `diet_failed` where Rasa fails.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_project(folder, questions, self.epochs)
            self._train(folder)
            with _serving(folder) as url, httpx.Client(base_url=url, timeout=ASK_S, trust_env=False) as client:
                return [_ranks(client, text) for text in texts]

    def _train(self, folder: Path) -> None:
        inputs = ("--config", "config.yml", "--nlu", "nlu.yml", "--out", ".", "--fixed-model-name", MODEL)
        said, seen = "", 0
        with _rasa(folder, "train", "nlu", *inputs, stdout=subprocess.PIPE) as process, self._ended(process) as late:
            for line in process.stdout or ():
                said = (said + line)[-TAIL:]
                if (epoch := _EPOCH.search(line)) and int(epoch[1]) > seen:
                    seen = int(epoch[1])
                    self.progress(seen)
            process.wait()
        if late.is_set():
            raise LearnError("diet_slow", minutes=f"{self.minutes:g}", epochs=seen)
        if process.returncode:
            raise LearnError("diet_failed", tail=said)

    @contextmanager
    def _ended(self, process: subprocess.Popen[str]) -> Iterator[threading.Event]:
        """Ends the process once its time is up; the event tells whether that was so."""
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(60 * self.minutes, end)
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()


def write_project(folder: Path, questions: Sequence[Example], epochs: int) -> None:
    """config.yml, what `rasa init` writes for a language that jieba cuts; and nlu.yml, an intent for each guide."""
    pipeline = [
        {"name": "JiebaTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False, "random_seed": SEED},
    ]
    config = {"recipe": "default.v1", "assistant_id": MODEL, "language": "zh", "pipeline": pipeline}
    intents: dict[str, str] = {}
    for question in questions:
        text = _LIKE_ANNOTATION.sub("] ", question.text)  # Rasa would read "](" as an annotation
        intents[question.label] = intents.get(question.label, "") + f"- {text}\n"
    nlu = [{"intent": intent, "examples": lines} for intent, lines in intents.items()]
    for name, content in (("config.yml", config), ("nlu.yml", {"version": "3.1", "nlu": nlu})):
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _rasa(folder: Path, *arguments: str, stdout: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=folder,
        env=quiet_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """The trained model behind Rasa's own HTTP server, on a free port of this machine."""
    (port,), log = free_ports(1), folder / "serve.log"
    place = ("--enable-api", "--interface", LOCAL, "--port", str(port))
    with log.open("w", encoding="utf-8") as out:
        process = _rasa(folder, "run", "--model", f"{MODEL}.tar.gz", *place, stdout=out)
        try:
            url = f"http://{LOCAL}:{port}"
            if not _ready(url, process):
                raise LearnError("diet_failed", tail=log.read_text(errors="replace")[-TAIL:])
            yield url
        finally:
            end(process)


def _ready(url: str, process: subprocess.Popen[str]) -> bool:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/status", timeout=ASK_S, trust_env=False).status_code == httpx.codes.OK:
                return True
        except httpx.TransportError:
            pass
        time.sleep(GLANCE_S)
    return False


def _ranks(client: httpx.Client, text: str) -> list[str]:
    found = client.post("/model/parse", json={"text": text}).raise_for_status().json()
    return [intent["name"] for intent in found["intent_ranking"]]
