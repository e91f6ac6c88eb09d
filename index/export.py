"""Making the run-time encoder: any sentence-transformers model, exported to ONNX and quantised to int8."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from index.adapter import merge
from index.e5 import EncoderError, build_packaged_encoder
from index.encoder import EncoderConfig
from index.processor import can

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "multilingual-e5-small"


def export_encoder(model: str, folder: Path, name: str = "", adapters: Path | None = None) -> EncoderConfig:
    """Write `model.onnx` (int8), `tokenizer.json` and `encoder.json` of a sentence-transformers model into `folder`.

    `model` is a folder or a name that sentence-transformers can load; empty takes the one from the packages. It is
    exported with the `adapters` in that folder, if any, under `name`, or its own where that is empty.
    Takes about a minute. EncoderError where the model cannot be loaded or pools in a way that is not known here.
    """
    with TemporaryDirectory() as work, _unwarned(), _source(model, adapters, Path(work)) as source:
        config = read_config(source, name or model or PACKAGED)
        exported = _quantized(source, Path(work) / "onnx")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(exported, folder / "model.onnx")
        source.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "encoder.json").write_text(json.dumps(asdict(config), ensure_ascii=False, indent=1), encoding="utf-8")
    return config


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without what torch and its companions say of every constant that they trace and every name that they changed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _source(model: str, adapters: Path | None, work: Path) -> Iterator[SentenceTransformer]:
    tuned = torch_encoder(model)
    if adapters:
        merge(tuned, adapters)
    tuned.save(str(work / "tuned"))
    with _loading(model) as SentenceTransformer:
        yield SentenceTransformer(str(work / "tuned"), backend="onnx", device="cpu", model_kwargs={"export": True})


def torch_encoder(model: str) -> SentenceTransformer:
    """The encoder with torch's weights, on the fastest device there is. EncoderError where it cannot be loaded."""
    with TemporaryDirectory() as work, _loading(model) as SentenceTransformer:
        return SentenceTransformer(model or str(build_packaged_encoder(Path(work) / "packaged")))


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
    )


def _quantized(source: SentenceTransformer, work: Path) -> Path:
    from sentence_transformers import export_dynamic_quantized_onnx_model

    source.save(str(work))
    kind = instruction_set()
    export_dynamic_quantized_onnx_model(source, kind, str(work))
    return next((work / "onnx").glob(f"*{kind}.onnx"))


def instruction_set() -> str:
    """The quantisation that this processor runs exactly: signed weights overflow on AVX2 without VNNI."""
    return "avx512_vnni" if can("avx512_vnni") else "avx2"
