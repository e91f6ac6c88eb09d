"""Releases: what there is, how good it is, and the way to the citizens and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.access import ROOT, Access
from bot.console.deeds import record
from bot.console.jobs import COMMANDS, Jobs
from bot.console.pages import Pages, Visitor, moment
from bot.console.roles import Role
from bot.edge.journal import Journal
from bot.learn.problem import LearnError
from bot.learn.release.gate import kept_report, may_promote
from bot.learn.release.measure import Measured, kept_measures
from bot.learn.release.store import Release, Releases

RELEASES = f"{ROOT}/releases"
RATES: Mapping[str, Sequence[str]] = {
    "single": ("answered", "resolved", "wrong", "section"),
    "dialogue": ("whole",),
    "out_of_scope": ("refused", "answered"),
}
FIGURES = ("p50_ms", "p95_ms", "size_mb")
OF_REVIEWERS = ("mine",)  # jobs that change nothing that citizens meet
CONFIRMED = ("train", "promote", "rollback")  # asked once more before they are done


class Publishing:
    """`/console/releases`, `/console/jobs` and `/console/confirm`."""

    def __init__(self, journal: Journal, releases: Releases, jobs: Jobs, access: Access, pages: Pages) -> None:
        self._journal = journal
        self._releases = releases
        self._jobs = jobs
        self._access = access
        self._pages = pages

    def list(self, _request: Request, visitor: Visitor) -> Response:
        """All releases with what is known of each, and the last jobs."""
        live = self._releases.current()
        rows = [self._row(release, live) for release in self._releases.all()]
        history = list(reversed(self._releases.history()))
        values = {"rows": rows, "live": live, "history": history[:10], "jobs": self._jobs.latest()}
        return self._page("releases.html", visitor, **values)

    def one(self, request: Request, visitor: Visitor) -> Response:
        """A release beside the live one: figures, and what the gate found."""
        release, live = self._releases.find(request.path_params["release"]), self._releases.current()
        beside = [one for one in (release, live if live and live.id != release.id else None) if one]
        measures = [kept_measures(one, self._releases) for one in beside]
        values = {
            "row": self._row(release, live),
            "beside": beside,
            "figures": _figures(measures),
            "report": kept_report(self._releases, release.id, live.id if live else None),
            "live": live,
        }
        return self._page("release.html", visitor, **values)

    def confirm(self, request: Request, visitor: Visitor) -> Response:
        """Ask once more."""
        what, about = request.query_params.get("what", ""), request.query_params.get("about", "")
        if what not in CONFIRMED:
            raise LearnError("no_choice")
        before = self._releases.history()
        back = RELEASES if what != "promote" else f"{RELEASES}/{self._releases.find(about).id}"
        values = {"what": what, "about": about, "live": self._releases.current(), "back": back, "history": before}
        return self._page("confirm.html", visitor, **values)

    def promote(self, _request: Request, visitor: Visitor) -> Response:
        """Make a release the live one, if the gate let it pass."""
        new, live = self._releases.find(visitor.form.one("about")), self._releases.current()
        if live and live.id == new.id:
            raise LearnError("is_live", release=new.id)
        if not may_promote(self._releases, new, live):
            raise LearnError("not_gated", release=new.id)
        self._releases.promote(new, visitor.account.name)
        self._tell(visitor, "promoted" if live else "promoted_first", release=new.id)
        return RedirectResponse(RELEASES, 303)

    def rollback(self, _request: Request, visitor: Visitor) -> Response:
        """Make the release before the live one live again."""
        release = self._releases.rollback(visitor.account.name)
        self._tell(visitor, "rolled_back", release=release.id)
        return RedirectResponse(RELEASES, 303)

    def start(self, _request: Request, visitor: Visitor) -> Response:
        """Begin a job, and show it."""
        kind, about = visitor.form.one("kind"), visitor.form.one("about")
        if kind not in COMMANDS:
            raise LearnError("no_choice")
        if kind not in OF_REVIEWERS and visitor.account.role is not Role.PUBLISHER:
            return self._access.told(visitor, 403, "role")
        if kind in ("gate", "compare", "replay"):
            about = self._releases.find(about).id
        elif about:
            raise LearnError("no_choice")
        number = self._jobs.start(kind, about, visitor.account.name)
        record(self._journal, visitor.account.name, f"job_{kind}", about, f"#{number}")
        return RedirectResponse(f"{ROOT}/jobs/{number}", 303)

    def job(self, request: Request, visitor: Visitor) -> Response:
        """How a job goes; the page asks for itself again while it does."""
        job = self._jobs.find(request.path_params["job"])
        if job is None:
            raise LearnError("no_job")
        section = "review" if job.kind in OF_REVIEWERS else "releases"
        return self._page("job.html", visitor, section=section, job=job, output=self._jobs.output(job.id))

    def _row(self, release: Release, live: Release | None) -> dict[str, Any]:
        is_live = live is not None and live.id == release.id
        report = kept_report(self._releases, release.id, live.id if live else None)
        found = release.figures.get("cross_fit", {}).get("right@1")
        return {
            "id": release.id,
            "made_at": moment(datetime.fromisoformat(release.made_at)),
            "size_mb": round(release.size_mb(), 1),
            "first": None if found is None else f"{100 * found:.1f}%",
            "live": is_live,
            "gate": "none" if is_live or report is None else "passed" if report["passed"] else "stopped",
            "may_promote": not is_live and may_promote(self._releases, release, live),
        }

    def _page(self, template: str, visitor: Visitor, **values: Any) -> Response:
        shared = {"section": "releases", "may_publish": visitor.account.role is Role.PUBLISHER, **values}
        return self._pages.page(template, visitor, self._access.token(visitor), 200, **shared)

    def _tell(self, visitor: Visitor, key: str, **blanks: object) -> None:
        self._pages.notes.add(visitor.cookie, "done", self._pages.words.say(f"notes.{key}", **blanks))


def _figures(measures: Sequence[Measured | None]) -> dict[str, list[str]]:
    """Each figure's name with a text a release; none at all where the first of them was never measured."""
    if not measures or measures[0] is None:
        return {}
    rates = {
        f"{kind}.{name}": [f"{100 * one.rate(kind, name):.1f}%" if one else "" for one in measures]
        for kind, names in RATES.items()
        for name in names
    }
    return rates | {name: [f"{getattr(one, name):g}" if one else "" for one in measures] for name in FIGURES}
