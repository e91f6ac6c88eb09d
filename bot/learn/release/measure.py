"""How a release does on every evaluation set, case by case, kept so that it is measured once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.learn.evaluate import Row, percentile, put
from bot.learn.problem import LearnError
from bot.learn.release.running import Assistant, running
from bot.learn.release.store import Release, Releases

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """A case: the set and line it stands in, its kind, the guides that answer it, and each measure of it."""

    place: str
    kind: str
    guides: tuple[str, ...]
    outcome: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """All cases of a release, how long its turns took, and its size."""

    release: str
    sets: str  # hash of the sets
    results: tuple[Result, ...]
    p50_ms: float
    p95_ms: float
    size_mb: float

    def rate(self, kind: str, name: str) -> float:
        """The mean of a measure over the cases of a kind."""
        values = [one.outcome[name] for one in self.results if one.kind == kind]
        return sum(values) / len(values) if values else 0.0


def measured(release: Release, releases: Releases, folders: Sequence[str], progress: Progress) -> Measured:
    """What was measured before, else what is measured now, with the release's own processes. LearnError."""
    rows, digest = load_sets(folders)
    if (kept := kept_measures(release, releases)) and kept.sets == digest:
        return kept
    progress(f"启动 {release.id}")
    release.verify()
    with running(release) as assistant:
        progress(f"评测 {release.id}：{len(rows)} 题")
        found = ask_all(release, rows, digest, assistant)
    path = _path(release, releases)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
    return found


def kept_measures(release: Release, releases: Releases) -> Measured | None:
    """What was measured last, maybe on other sets; None where nothing was."""
    path = _path(release, releases)
    return _read(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def ask_all(release: Release, rows: Mapping[str, Row], digest: str, assistant: Assistant) -> Measured:
    """Put every case to a running release, each in a conversation of its own."""
    seconds: list[float] = []
    results = []
    for place, row in rows.items():
        case = put(row, assistant.say, seconds)
        results.append(Result(place, case.kind, tuple(row.get("guides", ())), case.outcome))
    middle, slow = (round(1000 * percentile(seconds, share), 1) for share in (0.5, 0.95))
    return Measured(release.id, digest, tuple(results), middle, slow, round(release.size_mb(), 1))


def load_sets(folders: Sequence[str]) -> tuple[dict[str, Row], str]:
    """Every case by its place, and the hash of all of them. LearnError `no_cases` where there is none."""
    rows: dict[str, Row] = {}
    for path in sorted(path for folder in folders for path in Path(folder).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                rows[f"{path}:{number}"] = json.loads(line)
    if not rows:
        raise LearnError("no_cases", folders="、".join(folders))
    return rows, hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _path(release: Release, releases: Releases) -> Path:
    return releases.root / "measured" / f"{release.id}.json"


def _read(value: Mapping[str, Any]) -> Measured:
    results = tuple(Result(**{**one, "guides": tuple(one["guides"])}) for one in value["results"])
    return Measured(**{**value, "results": results})
