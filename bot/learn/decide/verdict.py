"""What may be decided about a cluster, as it is written after `--as`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.learn.problem import LearnError

_NAME = re.compile(r"[\w\u4e00-\u9fff]{1,40}")
_GUIDE = re.compile(r"g\d{2,3}")


class Kind(StrEnum):
    """The closed list of verdicts."""

    GUIDE = "guide"
    INTENT = "intent"
    NEW_INTENT = "new-intent"
    NEW_GUIDE = "new-guide"
    OUT_OF_SCOPE = "out-of-scope"
    GAP = "gap"
    IGNORE = "ignore"


WITH_NAME = (Kind.GUIDE, Kind.INTENT, Kind.NEW_INTENT, Kind.NEW_GUIDE)


@dataclass(frozen=True)
class Verdict:
    """A kind, and for some the guide, intent or file that it is about."""

    kind: Kind
    about: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.about}" if self.about else str(self.kind)

    @classmethod
    def of(cls, text: str) -> Verdict:
        """LearnError `bad_verdict` for anything that is none."""
        kind, _, about = text.partition(":")
        allowed = {str(one) for one in Kind}
        if kind not in allowed or (Kind(kind) in WITH_NAME) != bool(about):
            raise LearnError("bad_verdict", verdict=text)
        pattern = {Kind.GUIDE: _GUIDE, Kind.INTENT: _NAME, Kind.NEW_INTENT: _NAME}.get(Kind(kind))
        if pattern and not pattern.fullmatch(about):
            raise LearnError("bad_verdict", verdict=text)
        return cls(Kind(kind), about)
