"""The numbers by which the assistant decides; they stand in `data/thresholds.yml` with the run that set them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Thresholds:
    """Each is explained in `data/thresholds.yml`."""

    answer: float
    settled: float
    ask: float
    candidate: float
    out_of_scope: float
    refuse_intent: float
    sure: float
    doubt: float
    topicless: float
    stay: float
    lean: float
    contradiction: float
    denied: float
    unsaid: float
    unsaid_matter: float
    left_open: float
    family: float
    near: float
    rival: float
    stated: float
    fact: float
    meaning: float
    max_options: int
    max_questions: int

    @classmethod
    def load(cls, path: Path) -> Thresholds:
        """ValueError naming the file and the entry that is missing, unknown or no number."""
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = {field.name for field in fields(cls)}
        if wrong := names.symmetric_difference(values):
            raise ValueError(f"{path} 缺少或多出：{'、'.join(sorted(wrong))}。")
        if bad := [name for name, value in values.items() if not isinstance(value, int | float)]:
            raise ValueError(f"{path} 中的 {'、'.join(bad)} 不是数字。")
        return cls(**values)
