"""Whether a question leaves open what tells look-alikes apart, learned from those that stand under several of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from invented import GUIDES
from scipy.sparse import csr_matrix

from index.corpus import Example
from index.families import Families
from index.openness import LEAST, OpenModel, leaves_open

FAMILIES = Families(GUIDES)
OPEN, TOLD = np.eye(2, 4, dtype=np.float32)


@pytest.fixture(scope="module")
def model() -> OpenModel:
    examples, vectors = [], []
    for number in range(LEAST):
        examples += [Example(f"泳票怎么停{number}", guide) for guide in ("g01", "g02")]
        examples += [Example(f"公司的泳票怎么停{number}", "g01"), Example(f"泳票{number}", "g01", kind="title")]
        vectors += [OPEN, OPEN, TOLD, TOLD]
    noise = np.random.default_rng(1).normal(0, 0.05, (len(vectors), 4)).astype(np.float32)
    grams = csr_matrix(np.stack(vectors)[:, :2])
    return OpenModel.train(examples, np.stack(vectors) + noise, grams, FAMILIES)


def test_questions_like_those_of_several_guides_leave_their_difference_open(model: OpenModel) -> None:
    assert model.of(OPEN, csr_matrix(OPEN[None, :2]))["audience"] > 0.7
    assert model.of(TOLD, csr_matrix(TOLD[None, :2]))["audience"] < 0.3


def test_what_too_few_leave_open_is_not_learned(model: OpenModel) -> None:
    assert set(model.of(OPEN, csr_matrix(OPEN[None, :2]))) == {"audience"}


def test_saved_model_says_the_same(model: OpenModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    of = OPEN, csr_matrix(OPEN[None, :2])
    assert OpenModel.load(tmp_path).of(*of) == pytest.approx(model.of(*of))


@pytest.mark.parametrize(
    ("facet", "guides", "left"),
    [
        ("audience", ["g01", "g02"], True),
        ("person", ["g01", "g02"], None),
        ("person", ["g01"], False),
        ("status", ["g01"], None),
        ("matter", ["g04", "g05"], True),
    ],
    ids=["several", "several that agree", "one of look-alikes", "no look-alike differs", "two matters"],
)
def test_what_a_question_says_of_a_facet_is_told_by_the_guides_it_fits(
    facet: str, guides: list[str], left: bool | None
) -> None:
    assert leaves_open(facet, guides, FAMILIES) is left
