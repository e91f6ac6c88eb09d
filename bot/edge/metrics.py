"""What the edge counts for Prometheus. Labels are words of closed lists; nothing names a citizen or a message."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, start_http_server

_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

TURNS = Counter("guidebot_turns", "Turns by what they came to", ["channel", "act", "cause"])
TURN_SECONDS = Histogram("guidebot_turn_seconds", "From a message to its reply", ["channel"], buckets=_SECONDS)
RASA_SECONDS = Histogram("guidebot_rasa_seconds", "Rasa's part of a turn, the actions' included", buckets=_SECONDS)
WAITING = Gauge("guidebot_waiting_turns", "Messages that wait for their place with Rasa")
REFUSALS = Counter("guidebot_refusals", "Requests that were refused", ["code"])
UNSHARED = Counter("guidebot_unshared", "What one edge decided alone because Redis was gone", ["what"])
JOURNAL_ERRORS = Counter("guidebot_journal_errors", "Journal entries that could not be written", ["step"])


def serve_metrics(address: str) -> None:
    """Answer Prometheus at `host:port`, in a thread of its own: never at the public address."""
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host)
