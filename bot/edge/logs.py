"""Logs as JSON lines on standard output. No event carries what a citizen wrote: that is in the journal, masked."""

from __future__ import annotations

import logging

import structlog


def configure_logs(level: str) -> None:
    """Log from `level` (debug, info, warning, error) on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
    )
