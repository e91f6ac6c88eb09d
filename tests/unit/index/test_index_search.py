"""Search gives the best example of each class, and finds what it has after it was saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.evidence import Neighbours
from index.search import VectorIndex, WordIndex, best_by_class, words_of

TEXTS = ["泳帽丢了怎么补领", "泳票想暂停", "泳池几点开门，周末呢", ""]


def test_class_gets_its_best_hit_and_one_without_a_hit_the_lowest_score() -> None:
    scores = np.array([[0.9, 0.8, 0.3], [0.7, 0.6, 0.5]], np.float32)
    ids = np.array([[0, 1, 2], [3, 2, 1]])
    owners = np.array([0, 0, 2, 2])
    best = best_by_class(scores, ids, owners, 4)
    np.testing.assert_allclose(best, [[0.9, 0.3, 0.3, 0.3], [0.5, 0.5, 0.7, 0.5]])
    assert best.dtype == np.float32


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_nearest_vectors_come_first_and_no_more_than_there_are(tmp_path: Path) -> None:
    built = VectorIndex.build(unit([1, 0], [0, 1], [1, 1]))
    built.save(tmp_path / "vectors.faiss")
    for index in (built, VectorIndex.load(tmp_path / "vectors.faiss")):
        scores, ids = index.search(unit([1, 0.1]), hits=10)
        assert ids.tolist() == [[0, 2, 1]]
        assert scores[0, 0] == pytest.approx(1, abs=0.01)


def test_words_are_cut_for_search_without_marks_and_spaces() -> None:
    words = words_of("社会保险，怎么 办？ok")
    assert {"社会", "保险", "怎么", "办", "ok"} <= set(words)
    assert all(word.strip() and word.isalnum() for word in words)


def test_text_with_the_words_asked_for_scores_highest(tmp_path: Path) -> None:
    built = WordIndex.build(TEXTS)
    built.save(tmp_path / "words")
    for index in (built, WordIndex.load(tmp_path / "words")):
        scores = index.scores(["补领泳帽", "周末开门"])
        assert scores.shape == (2, len(TEXTS))
        assert scores.argmax(axis=1).tolist() == [0, 2]


def test_scores_are_bm25s_own() -> None:
    import bm25s

    theirs = bm25s.BM25()
    theirs.index([words_of(text) or [""] for text in TEXTS], show_progress=False)
    asked = "泳帽周末怎么补领，泳帽"
    known = [word for word in words_of(asked) if word in theirs.vocab_dict]
    np.testing.assert_allclose(WordIndex.build(TEXTS).scores([asked])[0], theirs.get_scores(known), rtol=1e-6)


def test_question_without_a_known_word_scores_nothing() -> None:
    assert not WordIndex.build(TEXTS).scores(["xyzzy", ""]).any()


def test_evidence_of_neighbours_is_by_class_and_words_are_a_share_of_the_best() -> None:
    vectors = unit([1, 0], [0, 1], [1, 1], [-1, 0])
    neighbours = Neighbours(VectorIndex.build(vectors), WordIndex.build(TEXTS), np.array([0, 1, 1, 0]))
    near = neighbours.by_vector(unit([0, 1]), classes=2)
    assert near.argmax() == 1
    assert near[0, 1] == pytest.approx(20, abs=1e-4)
    words = neighbours.by_words(["补领泳帽", "xyzzy"], classes=2)
    assert words[0].tolist() == [1.0, 0.0]
    assert words[1].tolist() == [0.0, 0.0]


def test_class_without_an_example_has_no_words_and_each_other_its_best() -> None:
    vectors = unit([1, 0], [0, 1], [1, 1], [-1, 0])
    neighbours = Neighbours(VectorIndex.build(vectors), WordIndex.build(TEXTS), np.array([3, 1, 1, 3]))
    assert neighbours.by_words(["泳票暂停"], classes=4)[0].tolist() == [0.0, 1.0, 0.0, 0.0]
    first, second = WordIndex.build(TEXTS).scores(["泳帽开门"])[0, [0, 2]]
    share = neighbours.by_words(["泳帽开门"], classes=4)[0]
    np.testing.assert_allclose(share[[3, 1]], np.array([first, second]) / max(first, second))
