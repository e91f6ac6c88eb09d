"""Whether a release may take the place of the live one: every check with what was found and what is allowed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from bot.learn.config import values_of
from bot.learn.evaluate import HEADLINE, OUT_OF_SCOPE, SINGLE
from bot.learn.release.measure import Measured, Result
from bot.learn.release.store import Release, Releases


@dataclass(frozen=True)
class GateConfig:
    """data/gate.yml."""

    sets: list[str]
    guide_loss: int
    significance: float
    wrong_rise: int
    accepted_rise: int
    slowest_ms: float
    slower: float
    size_mb: float

    @classmethod
    def load(cls, path: Path) -> GateConfig:
        """LearnError naming what is missing or unknown."""
        return cls(**values_of(cls, path))


@dataclass(frozen=True)
class Check:
    """One thing that must hold: `found` against `allowed`, and for guides which."""

    name: str
    holds: bool
    found: float
    allowed: float
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """What the gate found of a release; `live` is None for the first one ever."""

    release: str
    live: str | None
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.holds for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "passed": self.passed}

    def keep(self, releases: Releases) -> None:
        """So that a promotion finds it."""
        path = report_path(releases, self.release, self.live)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report_path(releases: Releases, release: str, live: str | None) -> Path:
    """Where the report of a release against a live one lies."""
    return releases.root / "gates" / f"{release}--{live or 'none'}.json"


def kept_report(releases: Releases, release: str, live: str | None) -> dict[str, Any] | None:
    """The report of a release against a live one, as `Report.to_json` gave it; None where there is none."""
    path = report_path(releases, release, live)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def may_promote(releases: Releases, release: Release, live: Release | None) -> bool:
    """Whether the gate let it pass, against what is live now. The very first needs none: nothing can be worse."""
    if live is None:
        return True
    report = kept_report(releases, release.id, live.id)
    return report is not None and bool(report["passed"])


def judge_release(new: Measured, live: Measured | None, config: GateConfig) -> Report:
    """Compare case by case. Without a live one, only what is absolute is checked."""
    checks = [
        Check("latency", new.p95_ms <= config.slowest_ms, new.p95_ms, config.slowest_ms, {}),
        Check("size", new.size_mb <= config.size_mb, new.size_mb, config.size_mb, {}),
    ]
    if live is not None:
        checks += _against(new, live, config)
    return Report(new.release, live.release if live else None, tuple(checks))


def _against(new: Measured, live: Measured, config: GateConfig) -> Sequence[Check]:
    pairs = _pairs(new, live)
    falls = fallen_guides(pairs, config.guide_loss)
    chance, lost, gained = _chance(pairs)
    wrong, accepted = _rise(pairs, SINGLE, "wrong"), _rise(pairs, OUT_OF_SCOPE, "answered")
    changed = {"lost": lost, "gained": gained}
    slowest = round(config.slower * live.p95_ms, 1)
    return (
        Check("guides", not falls, len(falls), 0, falls),
        Check("all", chance >= config.significance, round(chance, 4), config.significance, changed),
        Check("wrong", wrong <= config.wrong_rise, wrong, config.wrong_rise, {}),
        Check("accepted", accepted <= config.accepted_rise, accepted, config.accepted_rise, {}),
        Check("slower", new.p95_ms <= slowest, new.p95_ms, slowest, {}),
    )


def _pairs(new: Measured, live: Measured) -> list[tuple[Result, Result]]:
    """Each case as the new release and as the live one meets it."""
    before = {result.place: result for result in live.results}
    return [(result, before[result.place]) for result in new.results if result.place in before]


def fallen_guides(pairs: Sequence[tuple[Result, Result]], loss: int) -> dict[str, int]:
    """Guides that lose at least `loss` questions more than they gain, with how many."""
    balance: Counter[str] = Counter()
    for new, live in pairs:
        for guide in new.guides if new.kind == SINGLE else ():
            balance[guide] += int(live.outcome["resolved"] - new.outcome["resolved"])
    return {guide: lost for guide, lost in sorted(balance.items()) if lost >= loss}


def _chance(pairs: Sequence[tuple[Result, Result]]) -> tuple[float, int, int]:
    """How likely so large a loss is by chance (McNemar's exact test, one-sided), and what was lost and gained."""
    changes = [new.outcome[HEADLINE[new.kind]] - live.outcome[HEADLINE[live.kind]] for new, live in pairs]
    lost, gained = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    if not lost:
        return 1.0, lost, gained
    return float(binomtest(lost, lost + gained, 0.5, alternative="greater").pvalue), lost, gained


def _rise(pairs: Sequence[tuple[Result, Result]], kind: str, name: str) -> int:
    """How many more cases of a kind have a measure now."""
    return int(sum(new.outcome[name] - live.outcome[name] for new, live in pairs if new.kind == kind))
