"""Tuning the encoder: low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685) beside its frozen weights.

The encoder learns by telling classes, facets and sections apart. The classes are prototypes, compared with a question
by their cosine: contrast against all guides at once, siblings among them, rather than against those in a batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from index.e5 import Floats
from index.processor import can
from index.targets import SECTION, Targets

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Progress = Callable[[str], None]
LINEAR = ("query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense")
SHUFFLED = 20  # batches of texts of like length are cut from so many batches' worth of shuffled texts
SHARP = 10.0  # brings differences between unit vectors to the size that the linear heads work with


@dataclass(frozen=True)
class TuningConfig:
    """How the encoder is tuned; docs/decisions/0020-tuned-encoder.md has the comparison that chose the values."""

    rank: int = 16
    epochs: int = 5
    fold_epochs: int = 3  # of the encoders that only weigh evidence: they judge, if anything, too low
    batch: int = 64
    rate: float = 1e-3
    head_rate: float = 3e-3
    scale: float = 20.0
    facet_weight: float = 1.0
    section_weight: float = 0.7
    max_tokens: int = 96
    seed: int = 0


class Heads(nn.Module):
    """What reads the embeddings while they are tuned; thrown away afterwards."""

    def __init__(self, vectors: Floats, targets: Targets, config: TuningConfig) -> None:
        """`vectors` f32[texts, dimension] are the untuned embeddings; each class's prototype starts as their mean."""
        super().__init__()
        self.config = config
        counts = targets.classes.sum(axis=0)
        means = targets.classes.T @ vectors / np.maximum(counts, 1)[:, None] - vectors.mean(axis=0)
        self.prototypes = nn.Parameter(functional.normalize(torch.from_numpy(means), dim=1))
        self.linear = nn.ModuleDict(
            {name: nn.Linear(vectors.shape[1], of.shape[1]) for name, of in targets.parts.items()}
        )
        self.mean: Tensor
        self.balance: Tensor
        self.register_buffer("mean", torch.from_numpy(vectors.mean(axis=0)))
        self.register_buffer("balance", torch.from_numpy(np.sqrt(counts.mean() / np.maximum(counts, 1))))

    def loss(self, vectors: Tensor, classes: Tensor, parts: dict[str, Tensor]) -> Tensor:
        """Of a batch: its embeddings and its rows of the targets."""
        centred = vectors - self.mean
        logits = self.config.scale * centred @ functional.normalize(self.prototypes, dim=1).T
        total = _cross_entropy(logits, classes * self.balance)
        for name, wanted in parts.items():
            weight = self.config.section_weight if name == SECTION else self.config.facet_weight
            total = total + weight * _cross_entropy(self.linear[name](centred * SHARP), wanted)
        return total


def _cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    """The mean over the rows that want anything."""
    known = (wanted.sum(dim=1) > 0).sum().clamp(min=1)
    return -(wanted * torch.log_softmax(logits, dim=1)).sum() / known


class Tuner:
    """One encoder being tuned; `state.pt` in `folder` holds the last whole epoch, from which a new one goes on."""

    def __init__(self, encoder: SentenceTransformer, targets: Targets, config: TuningConfig, folder: Path) -> None:
        """`encoder` is changed: its transformer gets the adapters."""
        torch.manual_seed(config.seed)
        self.encoder, self.targets, self.config = encoder, targets, config
        encoder.max_seq_length = config.max_tokens
        heads = Heads(embed(encoder, targets.texts), targets, config)
        self._adapted = with_adapters(encoder, config.rank)
        self._heads = heads.to(encoder.device)
        self._tuned = [weight for weight in self._adapted.parameters() if weight.requires_grad]
        self._optimizer = torch.optim.AdamW([
            {"params": self._tuned, "lr": config.rate, "weight_decay": 0.01},
            {"params": list(self._heads.parameters()), "lr": config.head_rate, "weight_decay": 0.0},
        ])  # fmt: skip
        steps = config.epochs * math.ceil(len(targets.texts) / config.batch) + 1
        rates = [config.rate, config.head_rate]
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(self._optimizer, rates, total_steps=steps, pct_start=0.1)
        self._state = folder / "state.pt"

    def run(self, progress: Progress) -> None:
        """Tune through all epochs that are not done yet."""
        for epoch in range(self._resume(), self.config.epochs):
            loss = self._epoch(epoch)
            self._keep(epoch + 1)
            progress(f"第 {epoch + 1}/{self.config.epochs} 轮，损失 {loss:.3f}")

    def save(self, folder: Path) -> None:
        """Write the adapters as peft does, in half precision; what was kept to go on from is deleted."""
        self._adapted.half().save_pretrained(str(folder))
        (folder / "README.md").unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)

    def _epoch(self, epoch: int) -> float:
        """One pass over all texts; the mean loss."""
        from peft.helpers import disable_input_dtype_casting

        self._adapted.train()
        torch.manual_seed(self.config.seed + epoch)  # the same dropout, whether resumed or not
        losses = []
        with disable_input_dtype_casting(self._adapted):  # or peft makes the halves whole, only to be halved again
            for rows in self._batches(np.random.default_rng([self.config.seed, epoch])):
                losses.append(self._step(rows))
        return float(np.mean(losses))

    def _step(self, rows: npt.NDArray[np.int64]) -> float:
        at, device = torch.from_numpy(rows), self.encoder.device
        parts = {name: torch.from_numpy(of)[at].to(device) for name, of in self.targets.parts.items()}
        vectors = _vectors(self.encoder, [self.targets.texts[row] for row in rows])
        loss = self._heads.loss(vectors, torch.from_numpy(self.targets.classes)[at].to(device), parts)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._tuned, 1.0)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def _batches(self, random: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
        """All rows once, in batches of texts of like length, in any order."""
        lengths = np.array([len(text) for text in self.targets.texts])
        rows, size = random.permutation(len(lengths)), self.config.batch
        found = []
        for start in range(0, len(rows), size * SHUFFLED):
            some = rows[start : start + size * SHUFFLED]
            some = some[np.argsort(lengths[some], kind="stable")]
            found += [some[at : at + size] for at in range(0, len(some), size)]
        yield from (found[at] for at in random.permutation(len(found)))

    def _parts(self) -> dict[str, Any]:
        return {"heads": self._heads, "optimizer": self._optimizer, "schedule": self._schedule}

    def _keep(self, done: int) -> None:
        """What `_resume` goes on from; written beside and moved, so that a stop in the middle leaves the last one."""
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {"done": done, "tuned": [weight.detach().cpu() for weight in self._tuned]}
        self._state.parent.mkdir(parents=True, exist_ok=True)
        draft = self._state.with_suffix(".draft")
        torch.save(state, draft)
        draft.replace(self._state)

    def _resume(self) -> int:
        """How many epochs are done."""
        if not self._state.is_file():
            return 0
        state = torch.load(self._state, map_location=self.encoder.device, weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        with torch.no_grad():
            for weight, kept in zip(self._tuned, state["tuned"], strict=True):
                weight.copy_(kept)
        return int(state["done"])


def with_adapters(encoder: SentenceTransformer, rank: int) -> Any:
    """Put fresh adapters into the encoder's transformer, all else frozen; gives the peft model."""
    from peft import LoraConfig, get_peft_model
    from peft.tuners.lora import LoraLayer

    # Dropout of the adapters' own, 72 masks a step, took a third of the time; the transformer's stays.
    config = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=list(LINEAR))
    adapted = get_peft_model(encoder[0].auto_model, config).to(encoder.device)
    if has_fast_bfloat16(encoder.device):
        for layer in adapted.modules():
            if isinstance(layer, LoraLayer):
                layer.get_base_layer().to(torch.bfloat16)  # frozen: halved once instead of at every step
    return adapted


def embed(encoder: SentenceTransformer, texts: Sequence[str], batch: int = 128) -> Floats:
    """f32[texts, dimension] of what people ask, by the encoder as it is now."""
    encoder.eval()
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    vectors: Floats | None = None
    with torch.no_grad():
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            found = _vectors(encoder, [texts[row] for row in rows]).float().cpu().numpy()
            vectors = np.zeros((len(texts), found.shape[1]), np.float32) if vectors is None else vectors
            vectors[rows] = found
    return np.zeros((0, 0), np.float32) if vectors is None else vectors


def _vectors(encoder: SentenceTransformer, texts: list[str]) -> Tensor:
    """[texts, dimension] on the encoder's device, through its own pooling."""
    prompt = encoder.prompts.get("query", "")
    given = encoder.tokenizer(
        [prompt + text for text in texts],
        padding=True, truncation=True, max_length=encoder.max_seq_length, return_tensors="pt",
    )  # fmt: skip
    with torch.autocast(encoder.device.type, torch.bfloat16, enabled=has_fast_bfloat16(encoder.device)):
        vectors: Tensor = encoder({name: of.to(encoder.device) for name, of in given.items()})["sentence_embedding"]
    return vectors.float()


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether halves are more than twice as fast and no less exact here: on processors with matrix tiles."""
    return device.type == "cpu" and can("amx_bf16")
