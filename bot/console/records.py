"""The page of the trail."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.console.access import Access
from bot.console.pages import Pages, Visitor, moment
from bot.console.trail import Event, trail
from bot.edge.journal import Journal
from bot.learn.release.store import Releases

GROUPS = {
    "decisions": ("decided", "undone", "moved", "split", "merged"),
    "entrance": ("signed_in", "signed_out", "sign_in_failed"),
    "releases": ("promote", "rollback", "job_train", "job_gate", "job_compare", "job_replay"),
    "other": ("job_mine", "switched_on", "switched_off", "account_added", "account_changed", "account_removed"),
}
_SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """Of whom, what and when is to be shown; empty is everything."""

    by: str
    group: str
    day: str
    words: str

    @classmethod
    def of(cls, request: Request) -> Asked:
        """From the query."""
        by, group, day, words = (request.query_params.get(name, "").strip() for name in ("by", "what", "day", "q"))
        return cls(by, group if group in GROUPS else "", day, words)

    def takes(self, event: Event) -> bool:
        """Whether an event is shown."""
        return (
            (not self.by or event.by == self.by)
            and (not self.group or event.kind in GROUPS[self.group])
            and (not self.day or moment(event.at).startswith(self.day))
            and (not self.words or self.words in f"{event.about} {event.detail} {event.verdict}")
        )


class Records:
    """`/console/records`."""

    def __init__(self, journal: Journal, releases: Releases, access: Access, pages: Pages) -> None:
        self._journal = journal
        self._releases = releases
        self._access = access
        self._pages = pages

    def list(self, request: Request, visitor: Visitor) -> Response:
        """What was done, the latest first."""
        asked, events = Asked.of(request), trail(self._journal, self._releases)
        found = [event for event in events if asked.takes(event)]
        values = {
            "asked": asked,
            "events": found[:_SHOWN],
            "count": len(found),
            "people": sorted({event.by for event in events}),
            "groups": tuple(GROUPS),
        }
        return self._pages.page("records.html", visitor, self._access.token(visitor), 200, section="records", **values)
