"""Nothing that the assistant is measured with may stand in what it learns from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TELLING = 7  # shorter texts ("多久能办好") everyone says
ALIKE = 0.75  # share of character pairs in common


def pairs(text: str) -> frozenset[str]:
    bare = re.sub(r"[\W_]+", "", text)
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


def evaluation_texts() -> Iterator[str]:
    for path in sorted((ROOT / "tests" / "eval").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from [row["q"]] if "q" in row else [turn["user"] for turn in row["turns"]]


def training_lines() -> Iterator[tuple[str, str]]:
    for path in [*(ROOT / "data" / "questions").glob("*.txt"), *(ROOT / "data" / "nlu").glob("*.yml")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", line.strip().removeprefix("- ").partition("\t")[0]


def test_no_training_line_is_nearly_an_evaluation_text() -> None:
    asked = [(text, pairs(text)) for text in evaluation_texts()]
    assert len(asked) > 200
    found = []
    for place, line in training_lines():
        mine = pairs(line)
        if len(mine) < TELLING:
            continue
        found += [
            f"{place} {line} ~ {text}"
            for text, theirs in asked
            if len(theirs) >= TELLING and len(mine & theirs) >= ALIKE * len(mine | theirs)
        ]
    assert found == []
