"""What a night came to: one object, written as a line of JSON, and the exit code that says the same in short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """The worst that happened."""

    DONE = "done"
    FAILED = "failed"  # a step could not be done; the others were
    STOPPED = "stopped"  # the gate stopped what was trained tonight
    RUNNING = "running"  # another night's work has not ended: nothing was done


EXIT = {State.DONE: 0, State.FAILED: 1, State.STOPPED: 3, State.RUNNING: 4}


@dataclass(frozen=True)
class Outcome:
    """Counts of what each step did, None for a step that was not needed or failed; `failed` says which and why.

    `pending`: decisions that no release has learned yet. `trained`: the release made tonight. `gate`: `passed` or
    `stopped`, of the newest release. `notices`: what of the drift is to be noticed. `report`: folder of the report.
    """

    at: str
    seconds: float
    swept: int | None
    taken: int | None
    clusters: int | None
    pending: int | None
    trained: str | None
    gate: str | None
    promoted: str | None
    notices: tuple[str, ...]
    unknown_share: float | None
    report: str | None
    removed: int
    failed: Mapping[str, str]

    @property
    def state(self) -> State:
        """FAILED before STOPPED: who reads the code looks at the line."""
        if self.failed:
            return State.FAILED
        return State.STOPPED if self.gate == "stopped" else State.DONE

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values, the state first."""
        return {"state": self.state.value, **asdict(self)}
