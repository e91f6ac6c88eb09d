"""Wordings that may not be taught: those the assistant is measured with, and what is nearly the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

SETS = Path("tests/eval")
_TELLING, _ALIKE = 7, 0.75  # as tests/unit/test_honest_evaluation.py counts it
_SIGNS = re.compile(r"[\W_]+")


def leaking(texts: Iterable[str], folder: Path = SETS) -> set[str]:
    """Those of the texts that are nearly a question of an evaluation set."""
    asked = [pairs for text in _texts(folder) if len(pairs := _pairs(text)) >= _TELLING]
    return {text for text in texts if _is_nearly_one_of(_pairs(text), asked)}


def _is_nearly_one_of(mine: frozenset[str], asked: Sequence[frozenset[str]]) -> bool:
    return len(mine) >= _TELLING and any(len(mine & theirs) >= _ALIKE * len(mine | theirs) for theirs in asked)


def _texts(folder: Path) -> Iterable[str]:
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                yield from [row["q"]] if "q" in row else [turn["user"] for turn in row.get("turns", ())]


def _pairs(text: str) -> frozenset[str]:
    bare = _SIGNS.sub("", text)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))
