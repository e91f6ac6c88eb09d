"""A night's work, step by step: each a command in a process of its own, so that one that fails takes none along."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.learn.log.record import LOCAL
from bot.learn.nightly.config import NightlyConfig
from bot.learn.nightly.outcome import Outcome
from bot.learn.release.gate import report_path
from bot.learn.release.store import Releases

FOLDER = Path("build/nightly")
LOCK, HISTORY = "lock", "history.jsonl"
BY = "nightly"
_TAIL = 5  # last lines of what a failed command wrote


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[[Sequence[str]], Done]


class StepFailed(Exception):
    """A command ended badly; the text is the end of what it wrote."""


@dataclass
class Night:
    """One night. `run` runs a command of guidebot, `is_current` says whether today's data is trained, `pending` how
    many decisions are not; the release `pinned` is served whatever is live. What failed is kept by step."""

    config: NightlyConfig
    releases: Releases
    run: Run
    is_current: Callable[[], bool]
    pending: Callable[[], int]
    pinned: str = ""
    folder: Path = FOLDER
    failed: dict[str, str] = field(default_factory=dict)

    def spend(self, now: datetime) -> Outcome:
        """Do it all; whatever cannot be done is in the outcome, which is also added to the history."""
        begin, today = time.monotonic(), now.astimezone(LOCAL).date()
        swept = self._step("sweep", self._sweep)
        taken = self._step("import", self._take_in)
        pending = self._step("pending", self.pending)
        trained = self._step("train", self._train)
        gate = self._step("gate", self._gate) if "train" not in self.failed else None
        promoted = self._step("promote", self._promote) if gate == "passed" else None
        clusters = self._step("mine", self._mine)  # by what was just trained: nothing mines with a stale index
        report = self._step("report", lambda: self._report(today)) or {}
        removed = self._step("remove", lambda: self._remove(today)) or 0
        drift = report.get("drift", {})
        outcome = Outcome(
            now.isoformat(timespec="seconds"),
            round(time.monotonic() - begin, 1),
            *(swept, taken, clusters, pending, trained, gate, promoted),
            tuple(drift.get("notices", ())),
            drift.get("recent", {}).get("share"),
            str(self.folder / today.isoformat()) if report else None,
            removed,
            dict(self.failed),
        )
        self._remember(outcome)
        return outcome

    def _step(self, name: str, step: Callable[[], Any]) -> Any:
        """What the step gives; None where it failed."""
        try:
            return step()
        except Exception as error:  # the night goes on, whatever a step meets
            self.failed[name] = str(error) or type(error).__name__
            return None

    def _command(self, *arguments: str, allowed: Sequence[int] = (0,)) -> Any:
        """The JSON that a command prints."""
        done = self.run(arguments)
        if done.status not in allowed:
            raise StepFailed("\n".join((done.err or done.out).strip().splitlines()[-_TAIL:]))
        return json.loads(done.out) if "--json" in arguments else None

    def _sweep(self) -> int:
        return int(self._command("learn", "sweep", "--json")["count"])

    def _take_in(self) -> int:
        return sum(int(self._command("learn", "import", one, "--json")["new"]) for one in self._sources())

    def _sources(self) -> Iterator[str]:
        """Addresses as they are, files by their patterns: one that nothing matches has nothing new."""
        for source in self.config.sources:
            path = Path(source)
            matching = path.parent.glob(path.name) if "://" not in source else ()
            yield from (source,) if "://" in source else map(str, sorted(matching))

    def _mine(self) -> int:
        return len(self._command("learn", "mine", "--json")["clusters"])

    def _train(self) -> str | None:
        """The release that was made; None where the data is what was trained before."""
        if self.is_current():
            return None
        before = {release.id for release in self.releases.all()}
        self._command("train")
        return next((release.id for release in self.releases.all() if release.id not in before), None)

    def _gate(self) -> str | None:
        """What the gate says of the newest release, where there is a live one that it was not yet compared with."""
        made, live = self.releases.all(), self.releases.current()
        if not made or live is None or made[0].id == live.id:
            return None
        if report_path(self.releases, made[0].id, live.id).is_file():
            return None
        report = self._command("release", "gate", made[0].id, "--json", allowed=(0, 1))
        return "passed" if report["passed"] else "stopped"

    def _promote(self) -> str | None:
        if not self.config.promote:
            return None
        newest = self.releases.all()[0].id
        return str(self._command("release", "promote", newest, "--by", BY, "--json")["live"])

    def _report(self, today: date) -> dict[str, Any]:
        folder = self.folder / today.isoformat()
        days = str(self.config.report_days)
        files = ("--csv", str(folder), "--html", str(folder / "numbers.html"))
        report: dict[str, Any] = self._command("learn", "numbers", "--json", "--days", days, *files)
        (folder / "numbers.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
        return report

    def _remove(self, today: date) -> int:
        """Delete reports and releases that nobody needs any more; how many."""
        oldest = (today - timedelta(days=self.config.keep_days)).isoformat()
        old = [path for path in self.folder.glob("????-??-??") if path.name < oldest]
        for path in old:
            shutil.rmtree(path)
        return len(old) + len(self.releases.prune(self.config.keep_releases, self.pinned))

    def _remember(self, outcome: Outcome) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome.to_json(), ensure_ascii=False) + "\n")


@contextmanager
def only_one(folder: Path = FOLDER) -> Iterator[bool]:
    """Whether no other night's work is under way; the system lets go of the lock with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
