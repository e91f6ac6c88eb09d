"""Which clause is counted, and that a stored featurizer counts as the trained one did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.clause_featurizer import ClauseFeaturizer, last_clause

RESOURCE = Resource("clause")
CONTEXT = ExecutionContext(GraphSchema({}), node_name="clause")
TAUGHT = ["社保卡翻出来了，下午几点能去", "周六上班吗 几点能去", "要带什么材料？"]


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


@pytest.fixture
def trained(storage: LocalModelStorage) -> ClauseFeaturizer:
    featurizer = ClauseFeaturizer.create(config(), storage, RESOURCE, CONTEXT)
    featurizer.train(TrainingData([tokenized(text) for text in TAUGHT]))
    return featurizer


def config(**changed: Any) -> dict[str, Any]:
    return {**ClauseFeaturizer.get_default_config(), "min_df": 1, "alias": "clause", **changed}


def tokenized(text: str) -> Message:
    message = Message({TEXT: text, INTENT: "hours"})
    tokenizer = JiebaTokenizer(JiebaTokenizer.get_default_config(), None, RESOURCE)
    return tokenizer.process([message])[0]


def sentence(featurizer: ClauseFeaturizer, text: str) -> dict[str, int]:
    """The n-grams that the featurizer counted for the whole of `text`."""
    message = featurizer.process([tokenized(text)])[0]
    counts = message.get_sparse_features(TEXT)[1].features.toarray()[0]
    names = {column: gram for gram, column in featurizer.vectorizers[TEXT].vocabulary_.items()}
    return {names[int(column)]: int(counts[column]) for column in np.flatnonzero(counts)}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("翻出来了，想接着用，下午最早几点能去办", "下午最早几点能去办"),
        ("怎么办？要带啥材料？", "要带啥材料"),
        ("卡丢了 去哪补 啊", "去哪补"),
        ("卡丢了！！！", "卡丢了"),
        ("身份证、户口本都要吗", "身份证、户口本都要吗"),
        ("公司注销了;电话多少", "电话多少"),
        ("几点下班", "几点下班"),
        ("？", "？"),
        ("啊", "啊"),
        ("", ""),
    ],
)
def test_the_last_clause_with_something_in_it_is_chosen(text: str, clause: str) -> None:
    start, end = last_clause(text)
    assert text[start:end] == clause


def test_a_passing_clause_is_passed_over() -> None:
    start, end = last_clause("几点下班，谢谢", passing=["谢谢"])
    assert (start, end) == (0, 4)


def test_only_the_last_clause_is_counted(trained: ClauseFeaturizer) -> None:
    assert sentence(trained, "周六上班吗，要材料") == {"要": 1, "材": 1, "料": 1, "材料": 1}


def test_n_grams_do_not_depend_on_where_jieba_cuts(trained: ClauseFeaturizer) -> None:
    counted = sentence(trained, "周六，几点能去")
    assert {"几点", "点能", "能去"} <= counted.keys()
    assert not any(" " in gram for gram in trained.vectorizers[TEXT].vocabulary_)


def test_every_number_counts_as_one_sign(storage: LocalModelStorage) -> None:
    featurizer = ClauseFeaturizer.create(config(), storage, RESOURCE, CONTEXT)
    featurizer.train(TrainingData([tokenized("12点去行吗"), tokenized("2022年去行吗")]))
    assert {"0", "0点"} <= sentence(featurizer, "9点去行吗").keys()


def test_features_have_one_row_a_token(trained: ClauseFeaturizer) -> None:
    message = trained.process([tokenized("周六上班吗，要材料")])[0]
    rows = message.get_sparse_features(TEXT)[0].features.toarray()
    assert len(rows) == len(message.get("text_tokens"))
    assert not rows[0].any()
    assert rows[-1].any()


def test_a_stored_featurizer_counts_as_the_trained_one(
    trained: ClauseFeaturizer, storage: LocalModelStorage
) -> None:
    loaded = ClauseFeaturizer.load(config(), storage, RESOURCE, CONTEXT)
    for text in [*TAUGHT, "卡丢了，几点能去补"]:
        assert sentence(loaded, text) == sentence(trained, text) != {}
