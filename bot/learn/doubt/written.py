"""Written questions that probably belong to another guide, by confident learning over out-of-fold probabilities."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.book.guide import load_guides
from bot.settings import Settings
from bot.text import normalise
from index.build import FOLDS, current_inputs, untuned_encoder
from index.corpus import Example, load_corpus
from index.e5 import Floats
from index.pooling import learn_weights, pool
from index.rank import RankerConfig
from index.train import CrossFit, Training, cross_fit

FOLDER = Path("build/doubt")
KEPT = FOLDER / "found.json"  # finding them takes minutes: kept until the data or the ranker changes

Progress = Callable[[str], None]
Place = tuple[str, int]  # file and line


@dataclass(frozen=True)
class Doubt:
    """A written question, where it stands, the likelier class (a guide's id or out_of_scope), and both probabilities
    by a ranker that had not seen it. `score`: how much likelier the other is, 0 to 1."""

    file: str
    line: int
    text: str
    given: str
    likelier: str
    given_probability: float
    likelier_probability: float

    @property
    def score(self) -> float:
        return round(self.likelier_probability - self.given_probability, 4)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "score": self.score}


def doubts(settings: Settings, progress: Progress) -> list[Doubt]:
    """The most doubtful first. Takes minutes where anything has changed since the last time."""
    inputs = current_inputs(settings)
    if (kept := _kept(inputs)) is not None:
        return kept
    examples = load_corpus(guides := load_guides(settings.guides_dir), settings.data_dir)
    progress(f"计算 {len(examples)} 条句向量")
    vectors = untuned_encoder(settings, progress).queries([example.text for example in examples])
    training = Training(examples, vectors, {guide.id: guide.facets for guide in guides})
    found = doubtful(examples, cross_fit(training, RankerConfig(), FOLDS, progress), places(settings.data_dir))
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept_doubts = {"inputs": inputs, "doubts": [asdict(one) for one in found]}
    KEPT.write_text(json.dumps(kept_doubts, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def _kept(inputs: str) -> list[Doubt] | None:
    try:
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
        return [Doubt(**one) for one in kept["doubts"]] if kept["inputs"] == inputs else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def doubtful(examples: Sequence[Example], fit: CrossFit, where: Mapping[tuple[str, str], Place]) -> list[Doubt]:
    """The written questions among the issues; a text that stands under several guides belongs to each of them."""
    probabilities = pool(fit.evidence, learn_weights(fit.evidence, fit.truth))
    numbers = {label: number for number, label in enumerate(fit.labels)}
    given = np.array([numbers[examples[row].label] for row in fit.rows])
    merged = _as_one(probabilities, fit.truth, given)
    found = []
    for place in issues(given, merged):
        example, likelier = examples[fit.rows[place]], int(merged[place].argmax())
        if fit.written[place]:
            file, line = where[example.label, example.text]
            both = (round(float(merged[place, at]), 4) for at in (given[place], likelier))
            found.append(Doubt(file, line, example.text, example.label, fit.labels[likelier], *both))
    return sorted(found, key=lambda one: (-one.score, one.file, one.line))


def issues(given: npt.NDArray[np.int64], probabilities: Floats) -> npt.NDArray[np.int64]:
    """Rows counted off the diagonal of the confident joint (Northcutt, Jiang and Chuang 2021, "Confident Learning")."""
    from cleanlab.filter import find_label_issues  # with pandas: half a second that other commands need not wait

    mask = find_label_issues(given, probabilities, filter_by="confident_learning", n_jobs=1)
    return np.flatnonzero(mask & (probabilities.argmax(axis=1) != given))


def _as_one(probabilities: Floats, truth: npt.NDArray[np.bool_], given: npt.NDArray[np.int64]) -> Floats:
    """Probabilities in which all classes that a text stands under count as the one that is given."""
    rows = np.arange(len(given))
    merged = np.where(truth, 0, probabilities)
    merged[rows, given] = np.where(truth, probabilities, 0).sum(axis=1)
    return merged


def places(data: Path) -> dict[tuple[str, str], Place]:
    """Where each guide's question stands; of doubles the first."""
    found: dict[tuple[str, str], Place] = {}
    for path, number, text in _lines(data / "questions"):
        found.setdefault((path.stem, normalise(text)), (str(path), number))
    return found


def _lines(folder: Path) -> Iterator[tuple[Path, int, str]]:
    for path in sorted(folder.glob("g*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path, number, line.partition("\t")[0]
