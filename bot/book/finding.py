"""What is wrong with a guide file: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

WORDING = Path(__file__).resolve().parents[2] / "data" / "findings.yml"


@dataclass(frozen=True)
class Finding:
    """One thing to put right. `line` counts from 1; `message` and `remedy` are Chinese sentences."""

    file: str
    line: int
    message: str
    remedy: str
    code: str = ""

    def __str__(self) -> str:
        """Return `file:line: message remedy`, one line an operator can click on."""
        return f"{self.file}:{self.line}: {self.message} {self.remedy}"


class GuideError(Exception):
    """A guide file that cannot be used; carries the fields of `Finding`."""

    def __init__(self, file: str, line: int, message: str, remedy: str) -> None:
        """Keep the four fields; the text of the exception is the finding's one line."""
        super().__init__(f"{file}:{line}: {message} {remedy}")
        self.file = file
        self.line = line
        self.message = message
        self.remedy = remedy

    @classmethod
    def of(cls, finding: Finding) -> GuideError:
        """Return the error that says what `finding` says."""
        return cls(finding.file, finding.line, finding.message, finding.remedy)


class BookError(Exception):
    """A book, or a file written about it, that does not have its known shape; says where and what to do."""

    @classmethod
    def of(cls, code: str, **words: object) -> BookError:
        """Return the error `code` of data/findings.yml with its blanks filled; KeyError if unknown."""
        entry = _wording()[code]
        return cls(f"{entry['message']}{entry['remedy']}".format(**words))


@lru_cache(maxsize=1)
def _wording() -> Mapping[str, Mapping[str, str]]:
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return loaded


def finding(code: str, file: str, line: int, **words: object) -> Finding:
    """Return the finding `code` of data/findings.yml with its blanks filled; KeyError if unknown."""
    entry = _wording()[code]
    return Finding(file, line, entry["message"].format(**words), entry["remedy"].format(**words), code)
