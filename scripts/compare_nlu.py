"""Compares intent classifiers by cross-validation, each trained and asked through Rasa itself.

    nice -n 5 .venv/bin/python -m scripts.compare_nlu --folds 3 --only config

Prints a Markdown table (docs/decisions/0004-intent-classifier.md). Needs the index and `build/nlu`, which
`guidebot train` writes; the data of the moment is read, and nothing outside a temporary folder is written.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from bot.learn.nlu import INFORM, spoken_texts
from bot.learn.quiet import QUIET
from bot.learn.train import NLU
from index.corpus import SECTIONS
from index.encoder import OnnxEncoder

SENTENCE = "bot.components.sentence_featurizer.SentenceFeaturizer"
NO_FEATURES = (
    "RegexEntityExtractor",
    "EntitySynonymMapper",
    "FallbackClassifier",
)  # none changes the intent's rank

Component = dict[str, Any]
JIEBA: Component = {"name": "JiebaTokenizer", "dictionary_path": str(NLU / "jieba")}
WORDS: Component = {"name": "CountVectorsFeaturizer"}
CHARS: Component = {**WORDS, "analyzer": "char", "min_ngram": 1, "max_ngram": 2, "min_df": 2}
LOGISTIC: Component = {"name": "LogisticRegressionClassifier", "max_iter": 100, "tol": 0.5}


def diet(epochs: int) -> list[Component]:
    """What `rasa init` writes for Chinese, without entities."""
    wb = {**WORDS, "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
    return [
        *(JIEBA, WORDS, wb),
        {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False, "random_seed": 42},
    ]


def own_pipeline(path: Path) -> list[Component]:
    """The pipeline of config.yml as far as it settles the intent."""
    pipeline: list[Component] = yaml.safe_load(path.read_text(encoding="utf-8"))["pipeline"]
    return [component for component in pipeline if component["name"] not in NO_FEATURES]


def pipelines() -> dict[str, list[Component]]:
    """What is compared, by name."""
    return {
        "diet-30": diet(30),
        "diet-100": diet(100),
        "counts": [JIEBA, WORDS, CHARS, LOGISTIC],
        "dense": [JIEBA, {"name": SENTENCE}, LOGISTIC],
        "counts+dense": [JIEBA, WORDS, CHARS, {"name": SENTENCE}, LOGISTIC],
        "config": own_pipeline(Path("config.yml")),
    }


@dataclass(frozen=True)
class Said:
    """A text with its intent."""

    text: str
    intent: str


@dataclass(frozen=True)
class Fold:
    """Intents told and found for the texts held out, and what it took."""

    told: tuple[str, ...]
    found: tuple[str, ...]
    train_seconds: float
    cpu_seconds: float
    milliseconds: float  # a message, median
    megabytes: float


class Remembering(OnnxEncoder):
    """Embeds a text once a run: folds after the first, which is the one that is timed, need not wait for it."""

    known: Mapping[str, Any] = {}
    timed = True

    def queries(self, texts: Sequence[str]) -> Any:
        import numpy as np

        missing = list(texts) if self.timed else [text for text in texts if text not in self.known]
        if missing:
            type(self).known = {**self.known, **dict(zip(missing, super().queries(missing), strict=True))}
        return np.array([self.known[text] for text in texts], np.float32).reshape(len(texts), self.dimension)


def read_data() -> tuple[list[Said], list[Said]]:
    """What is learnt and tested in turn, and the facets' words, which are always learnt: they are lists, not texts."""
    written = yaml.safe_load((NLU / "questions.yml").read_text(encoding="utf-8"))["nlu"]
    asked = [
        Said(line.removeprefix("- "), entry["intent"]) for entry in written for line in entry["examples"].splitlines()
    ]
    spoken = [Said(text, intent) for text, intent in spoken_texts(Path("data/nlu")).items()]
    words = [Said(text, intent) for text, intent in spoken_texts(NLU).items() if intent == INFORM]
    return spoken + asked, words


def write_data(texts: Sequence[Said], path: Path) -> None:
    """An NLU file of these texts."""
    by_intent: dict[str, list[str]] = {}
    for said in texts:
        by_intent.setdefault(said.intent, []).append(f"- {said.text}\n")
    nlu = [{"intent": intent, "examples": "".join(lines)} for intent, lines in by_intent.items()]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")


def run_fold(pipeline: list[Component], learnt: Sequence[Said], held_out: Sequence[Said], folder: Path) -> Fold:
    """Train in `folder` on what is learnt, then ask what is held out."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    config = {"recipe": "default.v1", "assistant_id": "compare", "language": "zh", "pipeline": pipeline}
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    write_data(learnt, folder / "nlu.yml")
    began, cpu = time.perf_counter(), time.process_time()
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model")
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    agent = Agent.load(str(model))
    found, took = [], []
    for said in held_out:
        began = time.perf_counter()
        parsed = asyncio.run(agent.parse_message(said.text))
        took.append((time.perf_counter() - began) * 1000)
        found.append(str(parsed["intent"]["name"]))
    told = tuple(said.intent for said in held_out)
    size = Path(str(model)).stat().st_size / 1e6
    return Fold(told, tuple(found), seconds, cpu, statistics.median(took), size)


def run_folds(
    pipeline: list[Component], data: Sequence[Said], always: Sequence[Said], folds: int, most: int
) -> list[Fold]:
    """The first `most` of `folds` folds, each with every intent in its share."""
    from sklearn.model_selection import StratifiedKFold

    cut = StratifiedKFold(folds, shuffle=True, random_state=1).split(data, [said.intent for said in data])
    done = []
    for number, (learnt, held_out) in enumerate(cut):
        if number == most:
            break
        Remembering.timed = number == 0
        with tempfile.TemporaryDirectory() as folder, quiet(Path(folder)):
            train = [*(data[i] for i in learnt), *always]
            done.append(run_fold(pipeline, train, [data[i] for i in held_out], Path(folder)))
    return done


@contextmanager
def quiet(folder: Path) -> Iterator[None]:
    """Rasa without its log, its warnings, what it prints and its cache of trained components."""
    import structlog

    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    environment = {**QUIET, "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    encoder = patch("bot.components.sentence_featurizer.OnnxEncoder", Remembering)
    with patch.dict(os.environ, environment), encoder, warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def row(name: str, folds: Sequence[Fold]) -> str:
    """A line of the table; time and size are the first fold's."""
    from sklearn.metrics import f1_score

    told = [intent for fold in folds for intent in fold.told]
    found = [intent for fold in folds for intent in fold.found]
    pairs = list(zip(told, found, strict=True))
    asked = [pair for pair in pairs if pair[0] in SECTIONS]
    other = [pair for pair in pairs if pair[0] not in SECTIONS]
    shares = " | ".join(f"{100 * share(part):.1f}" for part in (pairs, asked, other))
    first = folds[0]
    macro = 100 * float(f1_score(told, found, average="macro"))
    cost = f"{first.train_seconds:.0f} ({first.cpu_seconds:.0f}) | {first.milliseconds:.1f} | {first.megabytes:.1f}"
    return f"| {name} | {len(folds)} | {shares} | {macro:.1f} | {cost} |"


def share(pairs: Sequence[tuple[str, str]]) -> float:
    """How many were found as told, of one."""
    return sum(told == found for told, found in pairs) / len(pairs)


def confusions(folds: Sequence[Fold], most: int) -> str:
    """The commonest mistakes, as a list."""
    from collections import Counter

    counted = Counter(
        (told, found) for fold in folds for told, found in zip(fold.told, fold.found, strict=True) if told != found
    )
    return "\n".join(f"- {told} → {found}: {times}" for (told, found), times in counted.most_common(most))


def main() -> None:
    """Print a table line a pipeline, as each is done."""
    known = pipelines()
    parser = argparse.ArgumentParser(description="Compare intent classifiers by cross-validation.")
    parser.add_argument("--folds", type=int, default=3, help="parts the data is cut into")
    parser.add_argument("--most", type=int, default=99, help="how many of the folds to run, for slow pipelines")
    parser.add_argument("--only", action="append", choices=sorted(known), help="a pipeline; may be repeated")
    parser.add_argument("--confusions", type=int, default=0, help="also list so many of the commonest mistakes")
    given = parser.parse_args()
    data, always = read_data()
    print(f"{len(data)} texts in {given.folds} folds, {len(always)} words always learnt\n")
    print("| pipeline | folds run | all % | sections % | dialogue % | macro-F1 % | training s (CPU s) | ms | MB |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in given.only or known:
        folds = run_folds(known[name], data, always, given.folds, given.most)
        print(row(name, folds), flush=True)
        if given.confusions:
            print(confusions(folds, given.confusions))


if __name__ == "__main__":
    main()
