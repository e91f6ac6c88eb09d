"""What the fault tests saw: kept in build/faults.json, from which `scripts/fault_table.py` writes the table."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from record import Verdict

RESULTS = Path(__file__).resolve().parents[2] / "build" / "faults.json"


@dataclass
class Result:
    """One row. `promise`: what citizens may meet meanwhile; `recovered_s` after the fault was mended."""

    name: str
    setup: str
    promise: str
    green: bool = False
    problem: str = ""
    recovered_s: float | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    def take(self, verdict: Verdict) -> None:
        """Keep the figures; AssertionError where anything is wrong."""
        self.figures = verdict.to_json()
        assert verdict.wrong == []


@contextmanager
def recorded(name: str, setup: str, promise: str) -> Iterator[Result]:
    """A row, green where the block ends without an error, in the file either way."""
    result = Result(name, setup, promise)
    try:
        yield result
        result.green = True
    except BaseException as error:
        result.problem = _told(error)
        raise
    finally:
        _keep(result)


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"[:300]


def _keep(result: Result) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    rows = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.is_file() else []
    rows = [row for row in rows if row["name"] != result.name] + [vars(result)]
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    text = json.dumps({"made": made, "rows": rows}, ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")
