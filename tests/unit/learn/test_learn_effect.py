"""The effect of a decision, over invented guides and an encoder of characters: seen where there is one, else none."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from bot.learn.effect.effect import Effect, effect_of
from bot.learn.effect.kept import Kept
from index.corpus import OUT_OF_SCOPE, Example
from index.e5 import Floats
from index.engine import Scores
from index.rank import KINDS
from index.train import Training

WHOSE = ("我的", "老人的", "孩子的", "家里的")
LOST = [f"{whose}社保卡丢{how}" for whose in WHOSE for how in ("了", "失", "了怎么补")]
BROKEN = [f"{whose}社保卡坏{how}" for whose in WHOSE for how in ("了", "损", "了怎么换")]
STRANGE = [f"{what}怎么{how}" for what in ("公积金", "房贷", "医保") for how in ("提取", "查询", "报销")]


class Characters:
    """Texts that share pairs of characters lie near each other."""

    dimension = 128

    def queries(self, texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for at in range(len(text) - 1):
                rows[row, zlib.crc32(text[at : at + 2].encode()) % self.dimension] += 1
        return cast(Floats, rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))


@pytest.fixture(scope="module")
def kept() -> Kept:
    """Two guides and what is out of scope; today's engine is sure of one wording alone."""
    classes = {"g01": LOST, "g02": BROKEN, OUT_OF_SCOPE: STRANGE}
    examples = [Example(text, label) for label, texts in classes.items() for text in texts]

    def scores(texts: Sequence[str]) -> list[Scores]:
        sure = {text: Scores({"g01": 0.95, "g02": 0.0}, 0.05, 0.0) for text in ("社保卡丢了咋整",)}
        return [sure.get(text, Scores({"g01": 0.4, "g02": 0.3}, 0.3, 0.0)) for text in texts]

    encoder = Characters()
    weights = np.ones(len(KINDS), np.float32)
    engine = SimpleNamespace(encoder=encoder, ranker=SimpleNamespace(weights=weights), scores=scores)
    vectors = encoder.queries([example.text for example in examples])
    facets = {"g01": {"matter": ("补领",)}, "g02": {"matter": ("换领",)}}
    return Kept(cast(Any, engine), Training(examples, vectors, facets))


def test_wordings_that_fit_disturb_nobody(kept: Kept) -> None:
    found = effect_of(kept, ["社保卡丢了咋整", "社保卡丢失找谁"], "g01")
    assert found.lost == () and found.doubles == ()
    assert found.known == ("社保卡丢了咋整",), "what is understood already teaches nothing"
    assert set(found.rivals) == {"g02", OUT_OF_SCOPE}
    assert found.asked == len(LOST) + len(BROKEN) + len(STRANGE)


def test_wordings_of_another_guide_turn_its_questions(kept: Kept) -> None:
    """As a slip of an operator would: what is broken taught as what is lost."""
    found: Effect = effect_of(kept, [f"{text}啊" for text in BROKEN] + [f"{text}呢" for text in BROKEN], "g01")
    assert {one.label for one in found.lost} == {"g02"} and {one.then for one in found.lost} == {"g01"}
    assert len(found.lost) >= 3
    assert {one.label for one in found.doubles} == {"g02"}


def test_the_same_question_asked_twice_has_the_same_effect(kept: Kept) -> None:
    texts = [f"{text}啊" for text in BROKEN[:4]]
    assert effect_of(kept, texts, "g01") == effect_of(kept, texts, "g01")


def test_a_class_that_nobody_knows_yet_can_be_taught(kept: Kept) -> None:
    found = effect_of(kept, ["电子社保卡怎么签发", "电子社保卡在哪领", "电子社保卡咋弄"], "g03")
    assert isinstance(found.lost, tuple) and "g03" not in found.rivals
