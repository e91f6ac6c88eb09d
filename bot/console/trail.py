"""The trail: everything that anybody did to the assistant, out of all the records there are, the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.console.deeds import deeds
from bot.edge.journal import Journal, utc
from bot.edge.switch import Switch
from bot.learn.release.store import Releases
from bot.learn.tables import decisions


@dataclass(frozen=True)
class Event:
    """Who did what when; `kind` is a key of the console's words, `verdict` that of a decision."""

    at: datetime
    by: str
    kind: str
    about: str = ""
    detail: str = ""
    verdict: str = ""


def trail(journal: Journal, releases: Releases) -> list[Event]:
    """Decisions and switches on the command line are among them. Raises JournalError."""
    found = [*_deeds(journal), *_decisions(journal), *_promotions(releases), *_switches(journal)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _deeds(journal: Journal) -> Iterable[Event]:
    return (Event(utc(row.at), row.by, row.what, row.about, row.detail) for row in journal.rows(select(deeds)))


def _decisions(journal: Journal) -> Iterable[Event]:
    columns: list[Any] = [column for column in decisions.c if column.name not in ("changes", "found", "members")]
    for row in journal.rows(select(columns)):
        about = f"#{row.id}"
        yield Event(utc(row.at), row.by, "decided", about, row.name, row.verdict)
        if row.undone_at:
            yield Event(utc(row.undone_at), row.undone_by or "", "undone", about, row.name, row.verdict)


def _promotions(releases: Releases) -> Iterable[Event]:
    for entry in releases.history():
        yield Event(datetime.fromisoformat(entry["at"]), entry["by"], entry["kind"], entry["release"])


def _switches(journal: Journal) -> Iterable[Event]:
    for use in Switch(journal).history():
        yield Event(use.at, use.by, "switched_on" if use.on else "switched_off", "", use.notice)
