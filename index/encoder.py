"""The sentence encoder at run time: an ONNX model, its tokenizer and the pooling that the model was trained with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.e5 import EncoderError, Floats

BATCH = 32


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their cosine."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def queries(self, texts: Sequence[str]) -> Floats:
        """f32[len(texts), dimension] for what people ask."""

    def passages(self, texts: Sequence[str]) -> Floats:
        """f32[len(texts), dimension] for what the handbook says."""


@dataclass(frozen=True)
class EncoderConfig:
    """What must be known to run the exported model as it was trained."""

    model: str
    dimension: int
    max_tokens: int
    pooling: str  # mean or cls
    normalize: bool
    query_prompt: str
    passage_prompt: str
    export: str  # which way of exporting made it

    @classmethod
    def read(cls, path: Path) -> EncoderConfig:
        """EncoderError where the file is missing or is not an encoder's."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise EncoderError(f"{path} 缺失或损坏（{error}）。请运行 guidebot index build 重建。") from error


class OnnxEncoder:
    """An Encoder over onnxruntime; loads neither torch nor sentence-transformers, so it is ready in a second."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """`threads` 0 lets onnxruntime use every core. EncoderError where a file is missing or damaged."""
        import onnxruntime
        from tokenizers import Tokenizer

        self.config = EncoderConfig.read(folder / "encoder.json")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise EncoderError(f"{folder} 中的编码器无法加载（{error}）。请运行 guidebot index build 重建。") from error
        self._tokenizer.enable_truncation(self.config.max_tokens)
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("<pad>") or 0)
        self._inputs = {given.name for given in self._session.get_inputs()}

    @property
    def dimension(self) -> int:
        return self.config.dimension

    def queries(self, texts: Sequence[str]) -> Floats:
        return self._encode([self.config.query_prompt + text for text in texts])

    def passages(self, texts: Sequence[str]) -> Floats:
        return self._encode([self.config.passage_prompt + text for text in texts])

    def _encode(self, texts: list[str]) -> Floats:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding in a batch
        for start in range(0, len(texts), BATCH):
            rows = by_length[start : start + BATCH]
            vectors[rows] = self._batch([texts[i] for i in rows])
        return vectors

    def _batch(self, texts: list[str]) -> Floats:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        given: dict[str, Any] = {
            "input_ids": np.array([e.ids for e in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        pooled = self._pool(states, mask[:, :, None].astype(np.float32))
        if self.config.normalize:
            pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled

    def _pool(self, states: Floats, mask: Floats) -> Floats:
        if self.config.pooling == "cls":
            return np.ascontiguousarray(states[:, 0])
        return np.asarray((states * mask).sum(axis=1) / mask.sum(axis=1), dtype=np.float32)
