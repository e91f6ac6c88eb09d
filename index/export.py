"""Making the run-time encoder: any sentence-transformers model, exported to ONNX and quantised to int8."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from index.adapter import merge
from index.e5 import EncoderError, build_packaged_encoder
from index.encoder import EncoderConfig
from index.manifest import file_hash
from index.processor import can

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "multilingual-e5-small"
# An encoder that was exported in another way is made anew.
EXPORT = "".join(file_hash(Path(__file__).with_name(name))[:8] for name in ("export.py", "smoothing.py"))
STATES = "last_hidden_state"


def export_encoder(
    model: str, folder: Path, name: str = "", adapters: Path | None = None, sample: Sequence[str] = ()
) -> EncoderConfig:
    """Write `model.onnx` (int8), `tokenizer.json` and `encoder.json` of a sentence-transformers model into `folder`.

    `model` is a folder or a name that sentence-transformers can load; empty takes the one from the packages. It is
    exported with the `adapters` in that folder, if any, under `name`, or its own where that is empty. Little is lost by
    quantising where a `sample` of texts shows what the model reads.
    Takes half a minute. EncoderError where the model cannot be loaded or pools in a way that is not known here.
    """
    from index.smoothing import smooth  # brings torch along

    with TemporaryDirectory() as work, _unwarned():
        source = torch_encoder(model, attn_implementation="eager")  # the only one that the optimizer knows again
        if adapters:
            merge(source, adapters)
        if sample:
            smooth(source, sample)
        config = read_config(source, name or model or PACKAGED)
        folder.mkdir(parents=True, exist_ok=True)
        _quantize(_fused(source[0], Path(work)), folder / "model.onnx")
        source.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "encoder.json").write_text(json.dumps(asdict(config), ensure_ascii=False, indent=1), encoding="utf-8")
    return config


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without what torch and its companions say of every constant that they trace and every name that they changed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def torch_encoder(model: str, **options: Any) -> SentenceTransformer:
    """The encoder with torch's weights, on the fastest device there is. EncoderError where it cannot be loaded.

    `options` are transformers' for loading its model.
    """
    with TemporaryDirectory() as work, _loading(model) as SentenceTransformer:
        return SentenceTransformer(
            model or str(build_packaged_encoder(Path(work) / "packaged")),
            model_kwargs=options,
        )


@contextmanager
def _loading(model: str) -> Iterator[type[SentenceTransformer]]:
    """sentence-transformers' class, its complaints about a model as ours."""
    os.environ.setdefault("USE_TF", "0")  # transformers would import TensorFlow, ten seconds for nothing
    from sentence_transformers import SentenceTransformer

    try:
        yield SentenceTransformer
    except (OSError, ValueError) as error:
        raise EncoderError(f"无法加载句向量模型 {model or PACKAGED}（{error}）。请检查 GUIDEBOT_ENCODER。") from error


def read_config(source: SentenceTransformer, name: str) -> EncoderConfig:
    """How the model pools, and the prompts it wants before questions and texts."""
    from sentence_transformers.models import Normalize, Pooling

    pooling = next((module for module in source if isinstance(module, Pooling)), None)
    mode = str(getattr(pooling, "pooling_mode", "none"))
    if mode not in ("mean", "cls"):
        raise EncoderError(f"句向量模型 {name} 的池化方式“{mode}”不受支持（只支持 mean、cls）。请换一个模型。")
    return EncoderConfig(
        model=name,
        dimension=int(source.get_sentence_embedding_dimension() or 0),
        max_tokens=min(int(source.max_seq_length or 512), 512),
        pooling=mode,
        normalize=any(isinstance(module, Normalize) for module in source),
        query_prompt=source.prompts.get("query", ""),
        passage_prompt=source.prompts.get("document", source.prompts.get("passage", "")),
        export=EXPORT,
    )


def _fused(transformer: Any, work: Path) -> Path:
    """The transformer as ONNX, its attention and normalising each as one step: a third faster than step by step."""
    import torch
    from onnxruntime.transformers.optimizer import optimize_model

    model = transformer.auto_model.cpu().eval()
    model.pooler = None  # trained for other ends, if at all
    names = [name for name in signature(model.forward).parameters if name in transformer.tokenizer.model_input_names]
    given = {name: torch.ones(2, 7, dtype=torch.int64) for name in names}
    sizes = {name: {0: "texts", 1: "tokens"} for name in (*names, STATES)}
    with torch.no_grad():
        torch.onnx.export(
            model, (), str(work / "traced.onnx"), kwargs=given, input_names=names, output_names=[STATES],
            dynamic_axes=sizes, opset_version=14, dynamo=False,
        )  # fmt: skip
    shape = model.config
    fused = optimize_model(
        str(work / "traced.onnx"), num_heads=shape.num_attention_heads, hidden_size=shape.hidden_size, opt_level=0
    )
    fused.save_model_to_file(str(work / "fused.onnx"))
    return work / "fused.onnx"


def _quantize(source: Path, target: Path) -> None:
    """Weights as int8, a scale for each channel; in seven bits where the processor's products would overflow."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=not can("avx512_vnni"),
        extra_options={"DefaultTensorType": TensorProto.FLOAT},  # the types behind a fused step are not inferred
    )  # fmt: skip
