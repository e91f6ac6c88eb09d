from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.book.guide import Guide, load_guides
from bot.learn.score.peers import by_logistic_regression, by_meaning, by_words, stand, within
from bot.learn.score.ranking import Ranked
from index.corpus import Example, load_questions

ROOT = Path(__file__).resolve().parents[3]
CARDS = ("g77", "g78", "g81")


@pytest.fixture(scope="module")
def guides() -> list[Guide]:
    return [guide for guide in load_guides(ROOT / "guides") if guide.id in CARDS]


@pytest.fixture(scope="module")
def questions() -> list[Example]:
    return [one for one in load_questions(ROOT / "data" / "questions") if one.label in CARDS]


class Letters:
    """An encoder that sees which characters a text has."""

    dimension = 5000

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[[ord(letter) % self.dimension for letter in text]] = 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = queries


def test_the_guide_whose_words_are_asked_for_comes_first(guides, questions):
    for ranks in (
        by_words(guides, questions, ["社保卡密码忘了改密码"]),
        by_logistic_regression(questions, ["社保卡密码忘了改密码"]),
        by_meaning(guides, Letters(), ["社会保障卡密码修改"]),
    ):
        assert ranks[0][0] == "g81"
        assert sorted(ranks[0]) == list(CARDS)


def test_written_questions_count_for_the_words(guides):
    told = [Example("小卡片不见了", "g77")]
    assert by_words(guides, told, ["小卡片不见了"])[0][0] == "g77"


def test_within_the_first_one_or_three():
    ranks = [["a", "b", "c", "d"]] * 3
    wanted = [frozenset("a"), frozenset("c"), frozenset("d")]
    assert within(1, ranks, wanted) == [1, 0, 0]
    assert within(3, ranks, wanted) == [1, 1, 0]


def test_ours_and_the_others_stand_on_the_same_questions_in_scope():
    ours = [
        Ranked("甲", frozenset({"g1"}), {"g1": 0.9, "g2": 0.1}),
        Ranked("乙", frozenset({"g2"}), {"g1": 0.1, "g2": 0.9}),
        Ranked("护照", frozenset(), {"g1": 0.1, "g2": 0.2}),
    ]
    heard: list[str] = []

    def first_always(texts: Sequence[str]) -> list[list[str]]:
        heard.extend(texts)
        return [["g1", "g2"] for _ in texts]

    own, other = stand(ours, {"other": first_always})
    assert heard == ["甲", "乙"]
    assert (own.first.value, own.first.n, own.ahead) == (1, 2, None)
    assert (other.name, other.first.value, other.third.value) == ("other", 0.5, 1)
    assert other.ahead is not None and (other.ahead.rose, other.ahead.fell) == (1, 0)
