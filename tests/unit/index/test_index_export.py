"""An exported encoder says what torch's says, whatever stands beside a text, with the adapters in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.e5 import EncoderError
from index.encoder import OnnxEncoder
from index.export import export_encoder, torch_encoder
from index.smoothing import smooth
from index.tuning import embed

TEXTS = ["泳帽丢了怎么办", "泳票能退吗", "旧", "泳帽在哪里要钱吗"]
SAME = 0.97  # int8 with random weights; the real encoder's are at 0.985


def test_exported_encoder_gives_the_vectors_that_torch_gives(small: str, tmp_path: Path) -> None:
    config = export_encoder(small, tmp_path, "名字")
    assert (config.model, config.pooling, config.normalize) == ("名字", "mean", True)
    exported, exact = OnnxEncoder(tmp_path), embed(torch_encoder(small), TEXTS)
    together = exported.queries(TEXTS)
    alone = np.stack([exported.queries([text])[0] for text in TEXTS])
    for vectors in (together, alone):
        assert ((vectors * exact).sum(axis=1) > SAME).all()


def test_smoothing_changes_nothing_but_what_quantising_costs(small: str, tmp_path: Path) -> None:
    """One channel of the first layer is made far larger than the others; what comes of it is taken off again."""
    source = SentenceTransformer(small)
    layer = source[0].auto_model.encoder.layer[0]
    layer.intermediate.dense.bias.data[3] += 300  # GELU lets it through
    layer.output.dense.bias.data -= 300 * layer.output.dense.weight.data[:, 3]
    source.save(str(tmp_path / "spread"))
    exact = source.encode(TEXTS)
    smooth(source, TEXTS)
    assert np.allclose(source.encode(TEXTS), exact, atol=1e-3)
    lost = []
    for sample in ((), TEXTS):
        export_encoder(str(tmp_path / "spread"), tmp_path / "out", sample=sample)
        lost.append(1 - (OnnxEncoder(tmp_path / "out").queries(TEXTS) * exact).sum(axis=1).mean())
    assert lost[1] < lost[0] / 2


def test_attention_is_one_step_of_the_exported_encoder(small: str, tmp_path: Path) -> None:
    import onnx

    export_encoder(small, tmp_path)
    steps = [node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node]
    assert steps.count("QAttention") == 2  # a layer each
    assert "Softmax" not in steps


def test_encoder_that_cannot_be_loaded_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "nothing"}))
    with pytest.raises(EncoderError, match="GUIDEBOT_ENCODER"):
        export_encoder(str(tmp_path), tmp_path / "out")
