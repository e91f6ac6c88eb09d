"""Who copies a guide's printed title means that guide, however alike its siblings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from invented import GUIDES, scores

from index.engine import Engine, named
from index.openness import OpenModel
from index.sections import SectionModel
from index.terms import Terms

TITLES = {guide.title: guide.id for guide in GUIDES.values()}
UNSURE = scores(out_of_scope=0.1, topicless=0.1, g01=0.4, g03=0.3)


@pytest.mark.parametrize("text", ["企业泳票暂停", "企业泳票暂停要什么材料", "请问企业泳票暂停几天"])
def test_title_that_is_most_of_a_text_is_what_is_asked_about(text: str) -> None:
    result = named(UNSURE, text, TITLES)
    assert result.guides["g01"] == pytest.approx(0.8)
    assert sum(result.guides.values()) == pytest.approx(0.8)
    assert (result.out_of_scope, result.topicless) == (0.1, 0.1)


@pytest.mark.parametrize("text", ["泳票怎么停", "企业泳票暂停办完了，接下来我想再问问别的事情"])
def test_text_without_a_title_or_with_one_in_passing_is_as_it_was(text: str) -> None:
    assert named(UNSURE, text, TITLES) == UNSURE


def test_longer_title_is_the_one_that_is_named() -> None:
    result = named(UNSURE, "企业泳票暂停登记在哪", {**TITLES, "企业泳票暂停登记": "g05"})
    assert result.guides["g05"] == pytest.approx(0.8)


class Counting:
    """Stands for the encoder, and remembers what it was asked."""

    dimension = 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.ones((len(texts), self.dimension), np.float32)


class Counted(Engine):
    """An engine that remembers what it ranked; every text is as likely for one guide as for the other."""

    def _rows(self, texts: Sequence[str]) -> np.ndarray:
        self.__dict__.setdefault("ranked", []).append(list(texts))
        return np.stack([np.full(2, vector[0] / 2) for vector in self._vectors(texts)])


def counted(terms: Mapping[str, str]) -> Counted:
    ranker = SimpleNamespace(labels=("g01", "g03"), ngrams={"chars": list})
    sections = SectionModel.train(np.ones((1, 4), np.float32), ["fee"])
    return Counted(GUIDES, {}, Counting(), ranker, None, sections, OpenModel({}, {}), Terms(terms))  # type: ignore[arg-type]


def test_a_text_is_encoded_and_ranked_once_however_often_a_turn_asks() -> None:
    engine = counted({})
    assert engine.section_evidence("收费吗", 1.0) == {"fee": 1.0}
    first = engine.scores(["收费吗", "在哪"])
    assert engine.scores(["在哪", "收费吗"]) == first[::-1]
    assert engine.encoder.asked == ["收费吗", "在哪"]
    assert engine.ranked == [["收费吗"], ["在哪"]]


def test_text_whose_encoding_failed_is_tried_again() -> None:
    engine = counted({})
    encode = engine.encoder.queries
    engine.encoder.queries = lambda texts: (_ for _ in ()).throw(MemoryError)  # type: ignore[method-assign]
    with pytest.raises(MemoryError):
        engine.scores(["收费吗"])
    engine.encoder.queries = encode  # type: ignore[method-assign]
    assert engine.scores(["收费吗"])


def test_all_readings_of_a_text_are_encoded_as_soon_as_it_is_read() -> None:
    engine = counted({"下账": "转出"})
    readings = ["不是补票，下账收费吗", "不是补票，转出收费吗", "转出收费吗", "补票"]
    engine.section_evidence(readings[0], 1.0)
    assert engine._encoded.cache_info().currsize == len(readings)  # all of them are under way
    engine.scores(readings[:1])
    assert sorted(engine.encoder.asked) == sorted(readings)
    assert engine.ranked == [readings]
