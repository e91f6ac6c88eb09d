from __future__ import annotations

import pytest
import torch
from invented import PROJECT
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from index.build import ENCODER
from index.encoder import OnnxEncoder

CHARACTERS = sorted("泳帽票丢了怎么办在哪里要钱吗谁能几点开旧退")
BUILT = PROJECT / "index" / "build" / ENCODER


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """The encoder that was built for this machine."""
    return OnnxEncoder(BUILT)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers model of two small layers that has learned nothing."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    folder = tmp_path_factory.mktemp("base")
    special = ["<pad>", "<unk>"]
    tokenizer = Tokenizer(models.WordLevel({piece: n for n, piece in enumerate(special + CHARACTERS)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(special) + len(CHARACTERS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=32, pad_token_id=0,
    )  # fmt: skip
    BertModel(shape, add_pooling_layer=False).save_pretrained(folder / "bert")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>").save_pretrained(
        folder / "bert"
    )
    modules = [Transformer(str(folder / "bert"), max_seq_length=32), Pooling(16, "mean"), Normalize()]
    SentenceTransformer(modules=modules, prompts={"query": ""}, device="cpu").save(str(folder / "model"))
    return str(folder / "model")
