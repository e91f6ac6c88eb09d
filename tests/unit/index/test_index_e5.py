"""The packaged encoder's file is read as it is described, and the tokenizer keeps what is asked in Chinese."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from index.e5 import (
    MAGIC,
    Q4_0,
    EncoderError,
    Reader,
    bert_name,
    cut_tokenizer,
    dequantize,
    package_file,
    read_header,
    read_tensors,
    wanted_piece,
)


def block(scale: float, low: list[int], high: list[int]) -> bytes:
    """A Q4_0 block: sixteen weights in the low nibbles, sixteen in the high ones."""
    return struct.pack("<e", scale) + bytes(one | other << 4 for one, other in zip(low, high, strict=True))


UP, DOWN = list(range(16)), list(range(15, -1, -1))


def test_low_nibbles_come_first_and_eight_is_nought() -> None:
    values = dequantize(block(0.5, UP, DOWN), 32)
    assert values.dtype == np.float32
    assert values.tolist() == [(n - 8) * 0.5 for n in UP] + [(n - 8) * 0.5 for n in DOWN]


def test_each_block_has_its_own_scale_and_the_count_cuts_the_last() -> None:
    values = dequantize(block(1, UP, UP) + block(-2, DOWN, DOWN), 35)
    assert len(values) == 35
    assert values[32:].tolist() == [-14, -12, -10]


def test_tensors_are_found_by_their_offset_and_kind() -> None:
    plain, packed = np.array([1.5, -2.5], np.float32).tobytes(), block(0.25, UP, UP)
    names = (b"emb.ln.w", b"l0.q.w")
    table_bytes = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in names)
    table = struct.pack("<I", 2)
    for name, kind, count, offset, raw in (
        (names[0], 0, 2, table_bytes, plain),
        (names[1], Q4_0, 32, table_bytes + len(plain), packed),
    ):
        table += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, offset, len(raw))
    tensors = dict(read_tensors(Reader(table + plain + packed)))
    assert tensors["emb.ln.w"].tolist() == [1.5, -2.5]
    assert tensors["l0.q.w"].tolist() == [(n - 8) * 0.25 for n in [*UP, *UP]]


def test_header_gives_the_sizes_and_stops_at_the_tensors() -> None:
    sizes = (1, 384, 12, 6, 1536, 5, 512, 2)
    blob, norm = b"abc", b"map"
    data = MAGIC + struct.pack("<8If6IQ", *sizes, 1e-5, 32, 2, 0, 2, 1, 3, len(blob))
    data += bytes(3 * 4 + 2 * 4) + blob + struct.pack("<2I", 1, len(norm)) + norm + b"tensors"
    reader = Reader(data)
    header = read_header(reader, Path("weights.bin"))
    assert (header["hidden_size"], header["num_hidden_layers"], header["num_attention_heads"]) == (384, 12, 6)
    assert (header["vocab_size"], header["max_position_embeddings"]) == (5, 512)
    assert header["layer_norm_eps"] == pytest.approx(1e-5)
    assert data[reader.at :] == b"tensors"


def test_another_file_is_refused_with_what_to_do() -> None:
    with pytest.raises(EncoderError, match=r"weights\.bin 不是.*make env"):
        read_header(Reader(b"GGUF" + bytes(200)), Path("weights.bin"))


def test_missing_package_file_says_what_to_do() -> None:
    with pytest.raises(EncoderError, match=r"no-such\.bin.*make env"):
        package_file("json", "no-such.bin")
    with pytest.raises(EncoderError, match="no_such_package"):
        package_file("no_such_package", "weights.bin")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("emb.word", "embeddings.word_embeddings.weight"),
        ("emb.ln.b", "embeddings.LayerNorm.bias"),
        ("l0.q.w", "encoder.layer.0.attention.self.query.weight"),
        ("l3.ao.b", "encoder.layer.3.attention.output.dense.bias"),
        ("l11.fi.w", "encoder.layer.11.intermediate.dense.weight"),
        ("l11.oln.b", "encoder.layer.11.output.LayerNorm.bias"),
    ],
)
def test_tensor_is_named_as_bert_model_names_it(name: str, expected: str) -> None:
    assert bert_name(name) == expected


@pytest.mark.parametrize("piece", ["▁社保", "abc", "12", "，", "。", "…", "Ａ", "％"])
def test_what_people_type_is_kept(piece: str) -> None:
    assert wanted_piece(piece)


@pytest.mark.parametrize("piece", ["привет", "ไทย", "社б", "한", "é"])
def test_other_scripts_are_left_out(piece: str) -> None:
    assert not wanted_piece(piece)


def test_cut_tokenizer_numbers_its_pieces_anew() -> None:
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁社保", "привет", "卡", "<mask>"]
    tokenizer = {
        "model": {"vocab": [[piece, 0.0] for piece in pieces]},
        "added_tokens": [{"id": 1, "content": "<pad>"}, {"id": 7, "content": "<mask>"}],
    }
    cut, rows = cut_tokenizer(tokenizer)
    assert rows == [0, 1, 2, 3, 4, 6, 7]
    assert [piece for piece, _ in cut["model"]["vocab"]] == [*pieces[:5], "卡", "<mask>"]
    assert [token["id"] for token in cut["added_tokens"]] == [1, 6]
