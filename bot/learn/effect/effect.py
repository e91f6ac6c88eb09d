"""Which kept questions would change sides if some wordings were taught.

Training everything anew takes minutes. So the ranker is trained twice in small, on the guides that lie nearest to the
wordings alone: as it is, and with the wordings. Each kept question of these guides is judged by classifiers that have
not seen it (cross-fitting, the same folds both times), so that what changes is the wordings' doing. The encoder is
today's in both: training does not change it either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from bot.learn.effect.kept import Kept, Rows
from bot.learn.mine.doubles import NEARLY, alike
from bot.text import normalise
from index.corpus import OUT_OF_SCOPE, TOPICLESS, Example
from index.e5 import Floats
from index.evidence import gather
from index.rank import Ranker, RankerConfig
from index.train import Training, neighbours_of, truth_of

FOLDS = 3
RIVALS = 4  # classes beside the one that is taught; more of them cost seconds and hardly ever change
MOST = 80  # examples of a class, the nearest: out of scope has thousands
_LOOKED_AT = 40  # nearest examples among which doubles are looked for
_SURE = 0.8  # from this probability on, there is nothing to learn from a wording


@dataclass(frozen=True)
class Turned:
    """A kept question of a class that would be taken for another one."""

    text: str
    label: str
    now: str
    then: str


@dataclass(frozen=True)
class Double:
    """A wording that is nearly a kept example of another class."""

    text: str
    other: str
    label: str


@dataclass(frozen=True)
class Effect:
    """`asked` kept questions of `rivals` and the class itself were judged twice."""

    asked: int
    rivals: tuple[str, ...]
    lost: tuple[Turned, ...]
    gained: tuple[Turned, ...]
    doubles: tuple[Double, ...]
    known: tuple[str, ...]  # wordings that are understood already


def effect_of(kept: Kept, texts: Sequence[str], label: str) -> Effect:
    """What teaching `texts` as `label` (a guide, OUT_OF_SCOPE, TOPICLESS) would do. Takes some seconds."""
    with threadpool_limits(1):  # matrices so small that threads only wait for each other
        return _effect_of(kept, texts, label)


def _effect_of(kept: Kept, texts: Sequence[str], label: str) -> Effect:
    new = [Example(normalise(text), label) for text in texts]
    vectors = kept.embed(texts)
    rivals = _rivals(kept, vectors, label)
    rows = _near_rows(kept, vectors, [label, *rivals])
    small = kept.training.subset(rows)
    held = np.flatnonzero(small.asked)
    labels = tuple(sorted({*small.labels, label}))
    truth = truth_of(small, held, labels)
    now = _judged(kept, small, held, labels, [])
    then = _judged(kept, small, held, labels, [*zip(new, vectors, strict=True)])
    was, will = (np.take_along_axis(truth, best[:, None], axis=1)[:, 0] for best in (now, then))

    def turned(places: Rows) -> tuple[Turned, ...]:
        found = [(small.examples[held[at]], labels[now[at]], labels[then[at]]) for at in places]
        by_text = {one.text: Turned(one.text, one.label, before, after) for one, before, after in found}
        return tuple(by_text.values())  # a question that fits several siblings is one question

    lost, gained = turned(np.flatnonzero(was & ~will)), turned(np.flatnonzero(~was & will))
    return Effect(len(held), rivals, lost, gained, _doubles(kept, new, vectors, label), _known(kept, texts, label))


def _rivals(kept: Kept, vectors: Floats, label: str) -> tuple[str, ...]:
    """The classes whose examples lie nearest, nearest first."""
    nearest = (kept.training.vectors @ vectors.T).max(axis=1)
    best: dict[str, float] = {}
    for row in np.argsort(-nearest):
        best.setdefault(str(kept.labels[row]), float(nearest[row]))
        if len(best) > RIVALS + 1:
            break
    return tuple(one for one in best if one != label)[:RIVALS]


def _near_rows(kept: Kept, vectors: Floats, labels: Sequence[str]) -> Rows:
    nearest = (kept.training.vectors @ vectors.T).max(axis=1)
    found = []
    for label in labels:
        own = np.flatnonzero(kept.labels == label)
        found.append(own[np.argsort(-nearest[own])][:MOST] if label in (OUT_OF_SCOPE, TOPICLESS) else own)
    return np.sort(np.concatenate(found))


def _judged(
    kept: Kept, small: Training, held: Rows, labels: Sequence[str], more: Sequence[tuple[Example, Floats]]
) -> Rows:
    """The likeliest class of each held row, by rankers that have not seen its text."""
    best = np.zeros(len(held), np.int64)
    groups = np.unique(np.array(small.texts)[held], return_inverse=True)[1]
    for _, out in GroupKFold(FOLDS).split(held, groups=groups):
        seen = _with(small.subset(np.setdiff1d(np.arange(len(small.examples)), held[out])), more)
        ranker = Ranker.train(
            seen.texts, seen.vectors, seen.labels, seen.facets, RankerConfig(), kept.engine.ranker.weights
        )
        asked = small.subset(held[out])
        evidence = gather(ranker, neighbours_of(seen, ranker.labels), asked.texts, asked.vectors)
        places = np.array([labels.index(one) for one in ranker.labels])
        best[out] = places[ranker.probabilities(evidence).argmax(axis=1)]
    return best


def _with(training: Training, more: Sequence[tuple[Example, Floats]]) -> Training:
    if not more:
        return training
    examples, vectors = zip(*more, strict=True)
    joined = np.concatenate([training.vectors, np.stack(vectors)])
    return Training([*training.examples, *examples], joined, training.facets)


def _doubles(kept: Kept, new: Sequence[Example], vectors: Floats, label: str) -> tuple[Double, ...]:
    found = []
    for one, near in zip(new, vectors @ kept.training.vectors.T, strict=True):
        for row in np.argsort(-near)[:_LOOKED_AT]:
            other = kept.training.examples[row]
            if other.label != label and alike(one.text, other.text) >= NEARLY:
                found.append(Double(one.text, other.text, other.label))
    return tuple(found)


def _known(kept: Kept, texts: Sequence[str], label: str) -> tuple[str, ...]:
    """Those that the engine takes for what they mean already, and surely."""
    found = []
    for text, scores in zip(texts, kept.engine.scores(texts), strict=True):
        chances = {**scores.guides, OUT_OF_SCOPE: scores.out_of_scope, TOPICLESS: scores.topicless}
        if chances.get(label, 0.0) >= _SURE:
            found.append(text)
    return tuple(found)
