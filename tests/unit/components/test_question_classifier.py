"""A stored classifier says what the trained one did, of the whole message and of its pieces."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.question_classifier import QuestionClassifier, what_is_asked

RESOURCE = Resource("question")
CONTEXT = ExecutionContext(GraphSchema({}), node_name="question")
CONFIG = {**QuestionClassifier.get_default_config(), "min_df": 1}
TAUGHT = {
    "materials": ["要带什么", "带什么材料", "拿什么证件"],
    "time_limit": ["几天能办好", "多少天下来", "几天到账"],
    "greet": ["你好", "您好啊", "早上好"],
}


@pytest.fixture
def classifier(tmp_path: Path) -> QuestionClassifier:
    storage = LocalModelStorage(tmp_path)
    examples = [Message({TEXT: text, INTENT: intent}) for intent, texts in TAUGHT.items() for text in texts]
    QuestionClassifier.create(CONFIG, storage, RESOURCE, CONTEXT).train(TrainingData(examples))
    return QuestionClassifier.load(CONFIG, storage, RESOURCE, CONTEXT)


def told(classifier: QuestionClassifier, text: str) -> Message:
    return classifier.process([Message({TEXT: text})])[0]


def test_what_was_learnt_is_told_after_loading(classifier: QuestionClassifier) -> None:
    message = told(classifier, "卡丢了，补卡带什么材料")
    assert message.get(INTENT)["name"] == "materials"
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get(INTENT) and len(ranking) == len(TAUGHT)
    assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1)


def test_each_piece_that_asks_is_told_by_itself(classifier: QuestionClassifier) -> None:
    asked = told(classifier, "补卡要带什么，几天能办好").get("asked")
    assert [piece["name"] for piece in asked] == ["materials", "time_limit"]


def test_first_of_two_questions_is_told_as_a_message_of_its_own(classifier: QuestionClassifier) -> None:
    (first,) = told(classifier, "补卡要带什么材料？认证几天能办好").get("matters")
    assert (first["text"], first["later"]) == ("补卡要带什么材料？", "认证几天能办好")
    assert first["intent"]["name"] == "materials"
    assert told(classifier, "几天能办好").get("matters") == []


def test_one_question_has_no_pieces_and_no_text_no_intent(classifier: QuestionClassifier) -> None:
    assert told(classifier, "几天能办好").get("asked") == []
    assert classifier.process([Message({})])[0].get(INTENT) is None


def test_what_ends_something_is_believed_only_when_it_is_said_clearly(
    classifier: QuestionClassifier, tmp_path: Path
) -> None:
    trusting, config = classifier, {**CONFIG, "careful": ["greet"], "careful_from": 0.6}
    careful = QuestionClassifier.load(config, LocalModelStorage(tmp_path), RESOURCE, CONTEXT)
    assert told(careful, "早上好").get(INTENT)["name"] == "greet"
    assert told(trusting, "好几").get(INTENT)["confidence"] < 0.6
    assert told(trusting, "好几").get(INTENT)["name"] == "greet"
    assert told(careful, "好几").get(INTENT)["name"] != "greet"


def test_piece_is_taken_to_ask_for_something_of_ours() -> None:
    names = (("out_of_scope", 0.5), ("location", 0.4), ("fee", 0.1))
    piece = what_is_asked([{"name": name, "confidence": confidence} for name, confidence in names])
    assert piece == {"name": "location", "confidence": pytest.approx(0.8)}
