"""Smoothing an encoder before it is quantised (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438).

All that an int8 step reads shares one scale, so that a few channels a hundred times as large as the others leave these
hardly any of its 256 values. Most of a channel's size can be moved into the weights, which have scales of their own;
what comes out stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from index.tuning import embed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SHARE = 0.7  # of a channel's size that moves into the weights: docs/decisions/0003-encoder.md
TINY = 1e-5


class Smoothed(nn.Module):
    """A linear layer that reads its channels divided by their sizes, f32[channels], which its weights make up for."""

    def __init__(self, linear: nn.Linear, sizes: Tensor) -> None:
        super().__init__()
        self.linear = linear
        self.linear.weight.data *= sizes
        self.shrink: Tensor
        self.register_buffer("shrink", 1 / sizes)

    def forward(self, values: Tensor) -> Tensor:
        smoothed: Tensor = self.linear(values * self.shrink)
        return smoothed


def smooth(encoder: SentenceTransformer, texts: Sequence[str]) -> None:
    """Smooth the feed-forward layers in place; questions like `texts` show how large each channel gets.

    Attention is left as it is: the optimizer would not know it again.
    """
    transformer = encoder[0].auto_model
    layers = {
        name: layer
        for name, layer in transformer.named_modules()
        if isinstance(layer, nn.Linear) and layer.in_features != layer.out_features
    }
    for name, largest in _largest(encoder, layers, texts).items():
        weights = layers[name].weight.detach().abs().amax(dim=0)
        sizes = largest.clamp(min=TINY) ** SHARE / weights.clamp(min=TINY) ** (1 - SHARE)
        parent, _, child = name.rpartition(".")
        setattr(transformer.get_submodule(parent), child, Smoothed(layers[name], sizes))


def _largest(
    encoder: SentenceTransformer, layers: Mapping[str, nn.Linear], texts: Sequence[str]
) -> Mapping[str, Tensor]:
    """By layer, f32[channels]: the largest value that each of its channels had while the texts were embedded."""
    found: dict[str, Tensor] = {}

    def watch(name: str, values: Tensor) -> None:
        largest = values.detach().float().abs().flatten(0, -2).amax(dim=0)
        found[name] = torch.maximum(found[name], largest) if name in found else largest

    watching = [
        layer.register_forward_pre_hook(lambda _, given, name=name: watch(name, given[0]))
        for name, layer in layers.items()
    ]
    embed(encoder, texts)
    for hook in watching:
        hook.remove()
    return found
