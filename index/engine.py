"""The engine that the assistant asks: the guides, and how likely each of them is meant by a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from bot.book.facets import Facet, load_facets
from bot.book.guide import Guide, load_guides
from bot.settings import Settings
from bot.text import normalise
from index.build import ENCODER, current_inputs
from index.corpus import OUT_OF_SCOPE, TOPICLESS
from index.e5 import Floats
from index.encoder import Encoder, OnnxEncoder
from index.evidence import Neighbours, gather
from index.exclusion import push_away, split
from index.features import is_spelled
from index.manifest import Manifest
from index.openness import OpenModel
from index.rank import CHARS, Ranker
from index.search import VectorIndex, WordIndex
from index.sections import SectionModel
from index.terms import Term, Terms

DECIDED = 0.5  # a term decided where its guide would not have had this probability without it
READERS = ThreadPoolExecutor(2, "reader")  # onnxruntime lets go of Python's lock
REMEMBERED = 1000  # texts, masked like all that comes here; some ten megabytes


@dataclass(frozen=True)
class Scores:
    """Probabilities that sum to one: each guide, none of them (out of scope), and "names no matter" (topicless).

    `terms` are those of the citizen's words without whose translation the likeliest guide would not be so; `open` says
    for each facet how likely the text leaves it open.
    """

    guides: Mapping[str, float]
    out_of_scope: float
    topicless: float
    terms: tuple[Term, ...] = ()
    open: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Readings:
    """A text as it is, in the handbook's words, and without what it excludes: these count alike; and the excluded."""

    meant: tuple[str, ...]
    excluded: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.meant, *self.excluded)


@dataclass(frozen=True)
class Engine:
    """Guides, facets and the loaded index. Read-only: one is shared by all conversations."""

    guides: Mapping[str, Guide]
    facets: Mapping[str, Facet]
    encoder: Encoder
    ranker: Ranker
    neighbours: Neighbours
    sections: SectionModel
    openness: OpenModel
    terms: Terms

    @classmethod
    def load(cls, settings: Settings) -> Engine:
        """IndexProblem where the index is missing, damaged or stale, naming the command that mends it."""
        folder = settings.index_dir
        Manifest.read(folder).check(folder, current_inputs(settings))
        ranker = Ranker.load(folder)
        owners = json.loads((folder / "owners.json").read_text(encoding="utf-8"))
        numbers = {label: number for number, label in enumerate(ranker.labels)}
        neighbours = Neighbours(
            VectorIndex.load(folder / "vectors.faiss"),
            WordIndex.load(folder / "words"),
            np.array([numbers[owner] for owner in owners]),
        )
        guides = {guide.id: guide for guide in load_guides(settings.guides_dir)}
        facets = load_facets(settings.data_dir / "facets.yml")
        terms = Terms.load(settings.data_dir / "terms.yml")
        sections, openness = SectionModel.load(folder), OpenModel.load(folder)
        # One core is enough for a reading, and leaves the others to Rasa and the edge: docs/decisions/0018-speed.md.
        encoder = OnnxEncoder(folder / ENCODER, threads=1)
        return cls(guides, facets, encoder, ranker, neighbours, sections, openness, terms)

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """One Scores a text; a few milliseconds each, nothing for one that was asked lately."""
        return [self._remembered(normalise(text)) for text in texts]

    @cached_property
    def _remembered(self) -> Callable[[str], Scores]:
        """What is no reply to a question back is read twice in its turn, and buttons say the same words to everyone."""
        return lru_cache(REMEMBERED)(self._scores)

    @cached_property
    def _encoded(self) -> Callable[[str], Future[Floats]]:
        """A text's embedding f32[dimension], under way; a turn asks for that of one text two or three times."""
        return lru_cache(REMEMBERED)(lambda text: READERS.submit(lambda: self.encoder.queries([text])[0]))

    def _vectors(self, texts: Sequence[str]) -> Floats:
        under_way = [self._encoded(text) for text in texts]
        try:
            return np.stack([vector.result() for vector in under_way])
        except Exception:
            self._encoded.cache_clear()  # type: ignore[attr-defined]  # what failed may be tried again
            raise

    def section_evidence(self, text: str, weight: float) -> dict[str, float]:
        """How likely each section is what a text asks for by its meaning, to the power of `weight`.

        Its scores will be asked for next, so all its readings are encoded at once.
        """
        asked = normalise(text)
        for reading in self._readings(asked).texts:
            self._encoded(reading)
        return self.sections.evidence(self._vectors([asked])[0], weight)

    def _readings(self, text: str) -> Readings:
        translated, terms = self.terms.translate(text)
        parts = split(translated)
        return Readings(tuple(dict.fromkeys(filter(None, (text, translated, parts.kept)))), parts.excluded, terms)

    def _scores(self, text: str) -> Scores:
        readings = self._readings(text)
        rows = self._rows(readings.texts)
        count = len(readings.meant)
        row = rows[:count].mean(axis=0)
        for excluded in rows[count:]:
            row = push_away(row, excluded, self._is_guide)
        best = int(np.where(self._is_guide, row, 0).argmax())
        decided = readings.terms and rows[0, best] < DECIDED <= row[best]
        scores = replace(self._named(row, readings.terms if decided else ()), open=self._open(text))
        return named(scores, text, self._titles)

    def _open(self, text: str) -> dict[str, float]:
        return self.openness.of(self._vectors([text])[0], self.ranker.ngrams[CHARS]([text]))

    def _rows(self, texts: Sequence[str]) -> Floats:
        """Probabilities f32[len(texts), labels]; of a text in pinyin only its sound is known."""
        evidence = gather(self.ranker, self.neighbours, texts, self._vectors(texts))
        spelled = [at for at, text in enumerate(texts) if is_spelled(text)]
        rows = self.ranker.probabilities(evidence)
        rows[spelled] = self.ranker.by_sound(evidence[:, spelled])
        return rows

    @cached_property
    def _is_guide(self) -> npt.NDArray[np.bool_]:
        return np.array([label in self.guides for label in self.ranker.labels])

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {normalise(guide.title): guide.id for guide in self.guides.values()}

    def _named(self, row: Floats, terms: tuple[Term, ...]) -> Scores:
        by_label = {label: float(value) for label, value in zip(self.ranker.labels, row, strict=True)}
        out_of_scope, topicless = by_label.pop(OUT_OF_SCOPE, 0.0), by_label.pop(TOPICLESS, 0.0)
        return Scores(by_label, out_of_scope, topicless, terms)


def named(scores: Scores, text: str, titles: Mapping[str, str]) -> Scores:
    """The same where `text` names no guide; all that was for guides to the one whose title is most of the text.

    A title that is the smaller part may be named in passing ("工伤认定申请交上去半个月了，接着去哪里评级").
    """
    found = [title for title in titles if title in text and 2 * len(title) >= len(text)]
    if not found:
        return scores
    guide = titles[max(found, key=len)]
    return replace(scores, guides={**dict.fromkeys(scores.guides, 0.0), guide: sum(scores.guides.values())})
