"""The section that is asked for, by meaning: learned from those that know it, weighed with what the words say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.corpus import OUT_OF_SCOPE, TOPICLESS, Example
from index.sections import SectionModel, likeliest, sections_of

FEE, HOURS = np.eye(2, 4, dtype=np.float32)


@pytest.fixture(scope="module")
def model() -> SectionModel:
    noise = np.random.default_rng(1).normal(0, 0.05, (8, 4)).astype(np.float32)
    vectors = np.stack([FEE, HOURS] * 4) + noise
    return SectionModel.train(vectors, ["fee", "hours"] * 3 + [None, "hours"])


def test_evidence_is_for_what_alike_questions_ask(model: SectionModel) -> None:
    evidence = model.evidence(FEE, 1.0)
    assert evidence["fee"] > evidence["hours"]
    assert sum(evidence.values()) == pytest.approx(1)
    halved = model.evidence(FEE, 0.5)
    assert halved["fee"] == pytest.approx(evidence["fee"] ** 0.5)


def test_saved_model_says_the_same(model: SectionModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert SectionModel.load(tmp_path).evidence(HOURS, 1.0) == pytest.approx(model.evidence(HOURS, 1.0))


def test_without_examples_it_says_nothing() -> None:
    model = SectionModel.train(np.zeros((2, 4), np.float32), [None, None])
    assert model.evidence(FEE, 1.0) == {}
    assert likeliest("fee", {"hours": 0.9}, {}) == "fee"


def test_both_decide_together() -> None:
    assert likeliest("fee", {"fee": 0.5, "hours": 0.4}, {"fee": 0.2, "hours": 0.8}) == "hours"
    assert likeliest("fee", {"fee": 0.9, "hours": 0.1}, {"fee": 0.4, "hours": 0.6}) == "fee"


def test_overview_that_asks_for_a_part_and_what_is_no_question_teach_nothing() -> None:
    examples = [
        Example("泳帽丢了怎么办", "g01", "overview"),
        Example("泳帽上哪领", "g01", "overview"),
        Example("泳帽上哪领", "g01", "location"),
        Example("泳帽补领", "g01", "overview", "title"),
        Example("带啥", TOPICLESS, "materials", "dialogue"),
        Example("吃什么", OUT_OF_SCOPE, None, "dialogue"),
    ]
    assert sections_of(examples) == ["overview", None, "location", None, "materials", None]
