"""The pages of the figures: how well the assistant does, as plots to look at and tables to take away."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console.access import Access
from bot.console.guides import Guides
from bot.console.pages import Pages, Visitor
from bot.edge.journal import Journal
from bot.learn.figures.report import CSV_ENCODING, Report, csv_texts, page, report_of
from bot.settings import Settings

DAYS = (7, 30, 90, 365)
_USUAL = 30
# The page of plots is one file with its styles in it; scripts have no place there.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Figures:
    """`/console/figures`."""

    def __init__(self, settings: Settings, journal: Journal, guides: Guides, access: Access, pages: Pages) -> None:
        self._settings = settings
        self._journal = journal
        self._guides = guides
        self._access = access
        self._pages = pages

    def overview(self, request: Request, visitor: Visitor) -> Response:
        """The shares of a period, what drifts, and the ways to the rest."""
        days, words = _days(request), self._pages.words.numbers
        values: dict[str, Any] = {"days": days, "choices": DAYS, "words": words, "files": tuple(words["csv"])}
        return self._pages.page(
            "figures.html", visitor, self._access.token(visitor), 200,
            section="figures", report=self._report(days), **values,
        )  # fmt: skip

    def plots(self, request: Request, visitor: Visitor) -> Response:
        """The whole of it on one page, as `guidebot learn numbers --html` writes it."""
        html = page(self._report(_days(request)), self._titles(), self._pages.words.numbers)
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    def table(self, request: Request, visitor: Visitor) -> Response:
        """One table as CSV."""
        texts = csv_texts(self._report(_days(request)), self._titles(), self._pages.words.numbers)
        name = request.path_params["name"]
        if name not in texts:
            raise HTTPException(404)
        disposition = f'attachment; filename="{name}.csv"'
        return Response(
            texts[name].encode(CSV_ENCODING), media_type="text/csv", headers={"Content-Disposition": disposition}
        )

    def _report(self, days: int) -> Report:
        return report_of(self._journal, self._settings, days)

    def _titles(self) -> dict[str, str]:
        return {**self._pages.words.sections, **self._guides.titles()}


def _days(request: Request) -> int:
    asked = request.query_params.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in DAYS else _USUAL
