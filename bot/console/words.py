"""What the console says: data/console.yml, and for what went wrong also the command line's sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.book.finding import BookError, GuideError
from bot.edge.journal import JournalError
from bot.learn.problem import LearnError
from index.corpus import CorpusError
from index.manifest import IndexProblem

FILE, COMMAND_LINE = "console.yml", "cli.yml"
TELLABLE = (LearnError, JournalError, BookError, GuideError, CorpusError, IndexProblem)


@dataclass(frozen=True)
class Words:
    """All texts by their keys, the problems' sentences by their codes, and what the figures and sections are called."""

    texts: Mapping[str, Any]
    problems: Mapping[str, str]
    numbers: Mapping[str, Any]
    sections: Mapping[str, str]

    @classmethod
    def load(cls, data: Path) -> Words:
        """From the data folder. OSError, or YAMLError where a file is broken."""
        texts, shared = (_read(data / name) for name in (FILE, COMMAND_LINE))
        problems = {**shared["problems"], **texts["problems"]}
        return cls(texts, problems, shared["numbers"], shared["sections"])

    def find(self, key: str) -> Any:
        """What stands under a dotted key; None where there is nothing."""
        at: Any = self.texts
        for part in key.split("."):
            at = at.get(part) if isinstance(at, Mapping) else None
        return at

    def say(self, key: str, **blanks: object) -> str:
        """The text under a dotted key with its blanks filled. KeyError where there is none."""
        text = self.find(key)
        if not isinstance(text, str):
            raise KeyError(key)
        return text.format(**blanks)

    def problem(self, error: Exception) -> str:
        """The sentence for one of TELLABLE."""
        if isinstance(error, LearnError):
            return self.problems[error.code].format(**error.words)
        if isinstance(error, JournalError):
            return self.problems["journal"].format(problem=error)
        return str(error)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
