"""All that a run found, JSON-ready: what is kept, printed, shown on the page and compared with another run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.learn.evaluate import Case, is_broken, percentile, summarise
from bot.learn.score.calibration import Calibration, calibrate
from bot.learn.score.confusion import confuse, families_of
from bot.learn.score.ranking import Ranked
from bot.learn.score.risk import risk_of

if TYPE_CHECKING:
    from index.families import Families

Report = dict[str, Any]
RISKS = (0.01, 0.02, 0.05)  # shares of wrong answers for which the page says how many questions could be answered


def report_of(cases: Mapping[str, Sequence[Case]], seconds: Iterable[float]) -> Report:
    """Every set's rates, groups and cases, and the times of the turns in milliseconds."""
    took = list(seconds)
    replies = [reply for of in cases.values() for case in of for reply in case.replies]
    times = {f"p{share}": round(1000 * percentile(took, share / 100), 1) for share in (50, 95)}
    return {
        "sets": {name: {**asdict(summarise(of)), "cases": [asdict(case) for case in of]} for name, of in cases.items()},
        "times": {"turns": len(took), **times},
        "broken": sum(map(is_broken, replies)),
    }


def ranking_report(ranked: Sequence[Ranked], families: Families) -> Report | None:
    """Calibration (of all, and of what is in scope), risk and confusions; None where nothing in scope was asked."""
    scope = [one for one in ranked if one.wanted]
    if not scope:
        return None
    risk = risk_of([one.sure for one in ranked], [one.right for one in ranked])
    groups = families_of({guide: families.alike(guide) for guide in families.guides})
    return {
        "calibration": {name: asdict(_calibration(of)) for name, of in (("all", ranked), ("scope", scope))},
        "risk": {**asdict(risk), "coverage": {str(at): risk.coverage_at(at) for at in RISKS}},
        "confusion": asdict(confuse(ranked, groups)),
    }


def _calibration(ranked: Sequence[Ranked]) -> Calibration:
    return calibrate([one.sure for one in ranked], [one.right for one in ranked])
