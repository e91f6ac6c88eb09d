"""How well others find the guide that is meant: what is commonly built, on the same data and the same questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.book.guide import Guide
from bot.learn.evaluate import Rate, rate
from bot.learn.score.diet import Diet
from bot.learn.score.paired import Paired, pair
from bot.learn.score.ranking import Ranked
from bot.text import normalise
from index.corpus import Example
from index.encoder import Encoder
from index.search import WordIndex

Ranks = list[list[str]]  # of each question the guides, likeliest first
Peer = Callable[[Sequence[str]], Ranks]

OURS, BM25, ZERO_SHOT, TUNED, LOGISTIC, DIET = "ours", "bm25", "zero_shot", "tuned", "logistic", "diet"
PASSAGE_CHARS = 200  # of a section behind its guide's title; the beginning tells
NGRAMS, PENALTY, ITERATIONS = (1, 2), 30.0, 200


@dataclass(frozen=True)
class Standing:
    """How often the guide meant was likeliest and among the likeliest three; `ahead` compares ours with it."""

    name: str
    first: Rate
    third: Rate
    ahead: Paired | None
    seconds: float


def peers(
    guides: Sequence[Guide], questions: Sequence[Example], untuned: Callable[[], Encoder], encoder: Encoder, diet: Diet
) -> dict[str, Peer]:
    """The peers by name, none of them built before it is asked. They learn from the guides and their questions.

    `untuned` makes the encoder as it comes, `encoder` is ours, tuned on the questions.
    """
    return {
        BM25: lambda texts: by_words(guides, questions, texts),
        ZERO_SHOT: lambda texts: by_meaning(guides, untuned(), texts),
        TUNED: lambda texts: by_meaning(guides, encoder, texts),
        LOGISTIC: lambda texts: by_logistic_regression(questions, texts),
        DIET: lambda texts: diet.rank(questions, texts),
    }


def stand(ours: Sequence[Ranked], others: Mapping[str, Peer]) -> Iterator[Standing]:
    """Ours first, then each of the others as soon as it is done; all on the questions in scope."""
    asked = [one for one in ours if one.wanted]
    wanted, texts = [one.wanted for one in asked], [normalise(one.text) for one in asked]
    own = within(1, [one.order for one in asked], wanted)
    yield Standing(OURS, rate(own), rate(within(3, [one.order for one in asked], wanted)), None, 0.0)
    for name, peer in others.items():
        began = time.perf_counter()
        ranks = peer(texts)
        first = within(1, ranks, wanted)
        seconds = round(time.perf_counter() - began, 1)
        yield Standing(name, rate(first), rate(within(3, ranks, wanted)), pair(first, own), seconds)


def within(top: int, ranks: Sequence[Sequence[str]], wanted: Sequence[frozenset[str]]) -> list[float]:
    """For each question 1 where a guide that answers it is among the likeliest `top`, else 0."""
    return [float(bool(set(order[:top]) & fitting)) for order, fitting in zip(ranks, wanted, strict=True)]


def by_words(guides: Sequence[Guide], questions: Sequence[Example], texts: Sequence[str]) -> Ranks:
    """BM25 over jieba's words, a document for each guide: title, other names, sections and written questions."""
    written: dict[str, list[str]] = {}
    for question in questions:
        written.setdefault(question.label, []).append(question.text)
    documents = [
        "\n".join(
            (
                normalise(guide.title),
                *map(normalise, guide.aliases),
                *(normalise(section.text) for section in guide.sections.values()),
                *written.get(guide.id, ()),
            )
        )
        for guide in guides
    ]
    return _ordered(WordIndex.build(documents).scores(texts), [guide.id for guide in guides])


def by_meaning(guides: Sequence[Guide], encoder: Encoder, texts: Sequence[str]) -> Ranks:
    """An encoder alone: whose title, or title and section, lies nearest."""
    passages, owners = [], []
    for number, guide in enumerate(guides):
        own = [guide.title, *(f"{guide.title} {section.text}"[:PASSAGE_CHARS] for section in guide.sections.values())]
        passages += [normalise(text) for text in own]
        owners += [number] * len(own)
    cosines = encoder.queries(texts) @ encoder.passages(passages).T
    belongs = np.array(owners)
    nearest = np.stack([cosines[:, belongs == number].max(axis=1) for number in range(len(guides))], axis=1)
    return _ordered(nearest, [guide.id for guide in guides])


def by_logistic_regression(questions: Sequence[Example], texts: Sequence[str]) -> Ranks:
    """TF-IDF over characters and pairs of them, and one logistic regression, learnt from the written questions."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    features = TfidfVectorizer(analyzer="char", ngram_range=NGRAMS, min_df=2, sublinear_tf=True)
    model = LogisticRegression(C=PENALTY, max_iter=ITERATIONS, tol=1e-2)
    model.fit(features.fit_transform([one.text for one in questions]), [one.label for one in questions])
    return _ordered(model.predict_proba(features.transform(texts)), list(model.classes_))


def _ordered(scores: Any, labels: Sequence[str]) -> Ranks:
    return [[labels[column] for column in row] for row in np.argsort(-scores, axis=1, kind="stable")]
