"""Counts characters of a message's last clause: in a long question that is where one says what one wants to know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import coo_matrix

_CLAUSE = re.compile(r"[^\s，。,？?！!；;—…～~]+")  # 、 joins words of one clause
_NUMBER = re.compile(r"[0-9]+")


def last_clause(text: str, least: int = 2, passing: Sequence[str] = ()) -> tuple[int, int]:
    """Start and end in `text` of its last clause that has `least` characters and is none of the `passing` ones.

    Where no clause is like that, the span of the whole text.
    """
    for clause in reversed(list(_CLAUSE.finditer(text))):
        if len(clause[0]) >= least and clause[0] not in passing:
            return clause.span()
    return 0, len(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ClauseFeaturizer(CountVectorsFeaturizer):
    """Sparse features of character n-grams of the last clause; tokens before and after it count as empty.

    Rasa's own featurizer puts a space between tokens, so that its n-grams depend on where jieba cuts; these
    do not. Every run of digits counts as one 0.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Those of CountVectorsFeaturizer, and `passing`: clauses that say nothing, such as 谢谢."""
        default = CountVectorsFeaturizer.get_default_config()
        return {**default, "analyzer": "char", "min_ngram": 1, "max_ngram": 2, "min_df": 2, "passing": []}

    def _get_processed_message_tokens_by_attribute(
        self, message: Message, attribute: str = TEXT
    ) -> list[str]:
        """A text for each token, empty outside the last clause, so that features keep one row a token."""
        texts: list[str] = super()._get_processed_message_tokens_by_attribute(message, attribute)
        if attribute not in DENSE_FEATURIZABLE_ATTRIBUTES or not texts:
            return texts
        start, end = last_clause(message.get(attribute), passing=self._config["passing"])
        tokens = message.get(TOKENS_NAMES[attribute])
        return [
            text if start <= token.start and token.end <= end else ""
            for text, token in zip(texts, tokens, strict=True)
        ]

    def _process_tokens(self, tokens: list[str], attribute: str = TEXT) -> list[str]:
        return [_NUMBER.sub("0", token).lower() if self.lowercase else token for token in tokens]

    @staticmethod
    def _convert_attribute_tokens_to_texts(
        attribute_tokens: dict[str, list[list[str]]],
    ) -> dict[str, list[str]]:
        return {name: ["".join(tokens) for tokens in texts] for name, texts in attribute_tokens.items()}

    def _create_features(
        self, attribute: str, all_tokens: list[list[str]]
    ) -> tuple[list[coo_matrix | None], list[coo_matrix | None]]:
        """For each text one row a token, and one row for the whole clause."""
        vectorizer = self.vectorizers.get(attribute)
        if not vectorizer:
            return [None], [None]

        def rows(texts: list[str]) -> coo_matrix | None:
            return vectorizer.transform(texts).sorted_indices().tocoo() if texts else None

        return [rows(tokens) for tokens in all_tokens], [
            rows(["".join(tokens)] if tokens else []) for tokens in all_tokens
        ]
