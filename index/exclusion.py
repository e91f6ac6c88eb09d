"""What a text says that it is not about ("不是补领，是换一张"): cut out, so that it pushes a guide away."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.e5 import Floats

# "是不是", "要不要" ask, and "不是……吗" expects a yes: these exclude nothing.
_EXCLUDED = re.compile(
    r"(?<![是要办想])(?:并不是|也不是|不是要?|不要|不办|不想办|别给我?)"
    r"(?P<what>[^，。；,;！!？?\s]{1,14}?)(?P<end>(?=[也又并]不是)|，?(?:而?是|就?要|只要?|我?想)|[，。；,;！!？?\s]|$)"
)
_EXPECTS_YES = re.compile(r"[吗么嘛吧]$")


@dataclass(frozen=True)
class Split:
    """A text in two: what it is about (`kept`, maybe empty) and what it says it is not about."""

    kept: str
    excluded: tuple[str, ...]


def split(text: str) -> Split:
    """The text without what it excludes. Nothing is excluded in most."""
    found = [match for match in _EXCLUDED.finditer(text) if not _EXPECTS_YES.search(match["what"])]
    kept = text
    for match in reversed(found):
        kept = kept[: match.start()] + kept[match.start("end") :]
    return Split(kept.strip("，。；,; "), tuple(match["what"] for match in found))


def push_away(row: Floats, excluded: Floats, guides: npt.NDArray[np.bool_]) -> Floats:
    """Probabilities f32[labels] with each guide lessened by how likely the excluded words mean it, f32[labels].

    `guides` is bool[labels]; together the guides keep what they had.
    """
    pushed = np.where(guides, row * (1 - excluded), row)
    before, after = row[guides].sum(), pushed[guides].sum()
    return np.asarray(np.where(guides, pushed * (before / max(after, 1e-9)), pushed), dtype=np.float32)
