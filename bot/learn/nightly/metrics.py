"""The last night in figures, as a file for the textfile collector of Prometheus's node exporter."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from bot.learn.figures.drift import UNKNOWN, WORDS
from bot.learn.nightly.outcome import EXIT, Outcome

REGISTRY = CollectorRegistry()
ENDED = Gauge("guidebot_nightly_timestamp_seconds", "When the last night's work ended", registry=REGISTRY)
CODE = Gauge("guidebot_nightly_exit_code", "How it ended: 0 done, 1 a step failed, 3 gate stopped", registry=REGISTRY)
CLUSTERS = Gauge("guidebot_nightly_clusters", "Clusters of wordings that wait for a decision", registry=REGISTRY)
PENDING = Gauge("guidebot_nightly_pending_decisions", "Decisions that no release has learned", registry=REGISTRY)
SHARE = Gauge("guidebot_unknown_share", "Conversations of the last days with something unknown", registry=REGISTRY)
NOTICE = Gauge("guidebot_drift_notice", "1 where people ask for other things than before", ["kind"], registry=REGISTRY)


def write_metrics(outcome: Outcome, path: Path) -> None:
    """Replace the file at once; what the night could not count is left as NaN, which raises no alert."""
    ENDED.set_to_current_time()
    CODE.set(EXIT[outcome.state])
    for gauge, value in ((CLUSTERS, outcome.clusters), (PENDING, outcome.pending), (SHARE, outcome.unknown_share)):
        gauge.set(float("nan") if value is None else value)
    for kind in (UNKNOWN, WORDS):
        NOTICE.labels(kind).set(kind in outcome.notices)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), REGISTRY)
