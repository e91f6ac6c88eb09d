"""The built encoder gives unit vectors of what it is told, whatever is asked beside it; a damaged one says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from invented import PROJECT

from index.build import ENCODER
from index.e5 import EncoderError
from index.encoder import BATCH, OnnxEncoder

BUILT = PROJECT / "index" / "build" / ENCODER
ASKED = ["卡丢了", "社保卡丢了想再补一张要带什么", "食堂今天吃什么"]
# Int8 scales an activation by the largest in its batch, so neighbours move a vector a little (mean 0.985).
SAME = 0.95

Changed = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """A copy of the encoder's folder with another configuration or file."""

    def change(files: dict[str, bytes] | None = None, **config: object) -> Path:
        for path in BUILT.iterdir():
            (tmp_path / path.name).symlink_to(path)
        about = json.loads((BUILT / "encoder.json").read_text(encoding="utf-8"))
        written = {"encoder.json": json.dumps({**about, **config}).encode(), **(files or {})}
        for name, content in written.items():
            (tmp_path / name).unlink()
            (tmp_path / name).write_bytes(content)
        return tmp_path

    return change


def test_a_row_a_text_of_length_one(encoder: OnnxEncoder) -> None:
    vectors = encoder.queries(ASKED)
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_row(encoder: OnnxEncoder) -> None:
    assert encoder.queries([]).shape == (0, encoder.dimension)


def test_batch_gives_what_each_text_gives_alone_in_the_order_given(encoder: OnnxEncoder) -> None:
    texts = [f"{'很' * (n % 7)}想问第{n}件事" for n in range(BATCH + 3)]
    together = encoder.queries(texts)
    for row in (0, 1, BATCH - 1, BATCH + 2):
        alone = encoder.queries([texts[row]])[0]
        cosines = together @ alone
        assert cosines[row] > SAME
        assert cosines.argmax() == row


def test_meaning_is_nearer_than_a_stranger(encoder: OnnxEncoder) -> None:
    lost, replace, lunch = encoder.queries(ASKED)
    assert lost @ replace > lost @ lunch + 0.02


def test_question_and_passage_are_told_apart_by_their_prompts(encoder: OnnxEncoder) -> None:
    assert encoder.queries(ASKED[:1])[0] @ encoder.passages(ASKED[:1])[0] < 0.9999


def test_text_longer_than_the_model_reads_is_cut(encoder: OnnxEncoder) -> None:
    longest, longer = encoder.queries(["补" * 3000, "补" * 3000 + "领"])
    assert longest @ longer > SAME


def test_pooling_and_length_are_as_configured(changed: Changed, encoder: OnnxEncoder) -> None:
    other = OnnxEncoder(changed(pooling="cls", normalize=False)).queries(ASKED[1:2])[0]
    length = np.linalg.norm(other)
    assert abs(length - 1) > 0.01
    assert other / length @ encoder.queries(ASKED[1:2])[0] < 0.9999


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "encoder.json"])
def test_damaged_file_names_the_command_that_mends_it(changed: Changed, name: str) -> None:
    with pytest.raises(EncoderError, match="guidebot index build"):
        OnnxEncoder(changed({name: b"\x00 not one of ours"}))


def test_missing_encoder_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="guidebot index build"):
        OnnxEncoder(tmp_path)
