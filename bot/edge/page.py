"""Pages around the widget: the assistant by itself, the examples for those who embed it, and what makes it an app."""

from __future__ import annotations

import html
from dataclasses import dataclass
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.edge.bundle import WIDGET_DIR, Bundle
from bot.settings import Settings

LANGUAGES = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class _Page:
    """A file with this service's values in it."""

    template: Template
    values: dict[str, str]

    def filled(self, **more: str) -> str:
        return self.template.substitute(self.values, **more)


class Pages:
    """`/`, `/examples` and the service worker. Numbers are in the HTML itself: they show where no script runs."""

    def __init__(self, settings: Settings, bundle: Bundle) -> None:
        values = {
            "hotline": settings.hotline,
            "consult_phone": settings.consult_phone,
            "supervision_phone": settings.supervision_phone,
            "script": bundle.script,
            "integrity": bundle.integrity,
        }
        escaped = {name: html.escape(value) for name, value in values.items()}
        self._home = _Page(_template("index.html"), escaped)
        self._examples = _Page(_template("examples.html"), escaped)
        self._worker = _Page(_template("worker.js"), values)

    async def home(self, request: Request) -> Response:
        """The assistant over the whole page; `?lang=en` labels it in English."""
        language = LANGUAGES.get(request.query_params.get("lang", ""), LANGUAGES["zh"])
        return HTMLResponse(self._home.filled(lang=language))

    async def examples(self, _request: Request) -> Response:
        """What the widget looks like on other pages."""
        return HTMLResponse(self._examples.filled())

    async def worker(self, _request: Request) -> Response:
        """The script that opens the page without a network; it lies at the root, for the whole of it."""
        return Response(self._worker.filled(), media_type="text/javascript")


def _template(name: str) -> Template:
    return Template((WIDGET_DIR / "pages" / name).read_text(encoding="utf-8"))
