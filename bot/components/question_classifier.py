"""Tells what a message wants by logistic regression over characters: of all of it, and of what in it asks."""

from __future__ import annotations

from typing import Any

import numpy as np
import skops.io as sio  # type: ignore[import-untyped]
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.components.asking import asked_parts, asking_pieces, even, grams, question_pairs
from index.corpus import OUT_OF_SCOPE

ASKED = "asked"  # of a message: what each of its pieces asks, where there are several
MATTERS = "matters"  # … and each way to take it for two questions: the first as a message, and the text of the later
_BREAK = "\x1f"  # stands in no text; the vectorizers get ready-made tokens, as functions are not stored
_FILE = "classifier.skops"
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]  # where TfidfVectorizer keeps its weights


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(IntentClassifier, GraphComponent):
    """Sets a message's intent and ranking, what each of its pieces asks, and each way to take it for two questions."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """A classifier that knows nothing yet."""
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._views = [_vectorizer(config["min_df"]), _vectorizer(config["min_df"])]
        self._model = LogisticRegression(
            C=config["C"], class_weight="balanced", max_iter=config["max_iter"], tol=config["tol"]
        )

    @staticmethod
    def required_packages() -> list[str]:
        """What it runs on."""
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`C`: how far to trust the examples; `min_df`: in how many texts a run of characters must stand.

        An intent in `careful` is none below the confidence `careful_from`.
        """
        return {"C": 10.0, "max_iter": 60, "tol": 1e-3, "min_df": 2, "careful": [], "careful_from": 0.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionClassifier:
        """An untrained one."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionClassifier:
        """The trained one; skops refuses a file that holds anything but numbers and sklearn."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            *classifier._views, classifier._model = sio.load(folder / _FILE, trusted=_TRUSTED)
        classifier._model.coef_ = np.asfortranarray(classifier._model.coef_)  # or SciPy copies it for every message
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have a text and an intent."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        texts = [one.get(TEXT) for one in examples]
        for view, tokens in zip(self._views, _tokens(texts), strict=True):
            view.fit(tokens)
        self._model.fit(self._features(texts), [one.get(INTENT) for one in examples])
        with self._model_storage.write_to(self._resource) as folder:
            sio.dump([*self._views, self._model], folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """The same messages, each that has a text with its intent, the ranking, and what its parts ask."""
        for message in messages:
            if text := message.get(TEXT):
                pairs = [{**self._told(first), TEXT: first, "later": later} for first, later in question_pairs(text)]
                for name, value in {**self._told(text), MATTERS: pairs}.items():
                    message.set(name, value, add_to_output=True)
        return messages

    def _told(self, text: str) -> dict[str, Any]:
        """A text's intent, the ranking, and name and confidence of each piece that asks, where there are several."""
        pieces = asking_pieces(text)
        whole, *each = self._rankings([text, *pieces] if len(pieces) > 1 else [text])
        return {INTENT: whole[0], INTENT_RANKING_KEY: whole, ASKED: [what_is_asked(ranking) for ranking in each]}

    def _rankings(self, texts: list[str]) -> list[list[dict[str, Any]]]:
        """For each text its intents, the likeliest first."""
        return [
            sorted(
                (self._entry(name, float(p)) for name, p in zip(self._model.classes_, row, strict=True)),
                key=lambda entry: -entry["confidence"],
            )
            for row in self._model.predict_proba(self._features(texts))
        ]

    def _entry(self, name: str, confidence: float) -> dict[str, Any]:
        doubted = name in self._config["careful"] and confidence < self._config["careful_from"]
        return {"name": name, "confidence": 0.0 if doubted else confidence}

    def _features(self, texts: list[str]) -> csr_matrix:
        """f64[texts, grams], sparse."""
        views = zip(self._views, _tokens(texts), strict=True)
        return hstack([view.transform(tokens) for view, tokens in views]).tocsr()


def what_is_asked(ranking: list[dict[str, Any]]) -> dict[str, Any]:
    """What a piece asks, taken to ask for something of ours: whether it does the whole text tells."""
    ours = [entry for entry in ranking if entry["name"] != OUT_OF_SCOPE]
    return {**ours[0], "confidence": ours[0]["confidence"] / sum(entry["confidence"] for entry in ours)}


def _vectorizer(min_df: int) -> TfidfVectorizer:
    """A word counts less the more texts it is in, and by the logarithm of how often it is in this one."""
    return TfidfVectorizer(lowercase=False, token_pattern=f"[^{_BREAK}]+", min_df=min_df, sublinear_tf=True)


def _tokens(texts: list[str]) -> tuple[list[str], list[str]]:
    """For the two views, each text's tokens in a row."""
    evened = [even(text) for text in texts]
    asked = ([gram for part in asked_parts(text) for gram in grams(f"^{part}$", 3)] for text in evened)
    return [_BREAK.join(grams(text, 2)) for text in evened], [_BREAK.join(tokens) for tokens in asked]
