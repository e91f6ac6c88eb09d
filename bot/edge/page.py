"""The chat page: its files as they are, with the phone numbers of this service in the one HTML file."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.settings import Settings

WIDGET_DIR = Path(__file__).parent / "widget"


class Page:
    """`GET /`. The numbers are in the HTML itself, so that they show even where the script does not run."""

    def __init__(self, settings: Settings) -> None:
        template = Template((WIDGET_DIR / "index.html").read_text(encoding="utf-8"))
        values = {
            "hotline": settings.hotline,
            "consult_phone": settings.consult_phone,
            "supervision_phone": settings.supervision_phone,
            "max_chars": str(settings.max_message_chars),
        }
        self._html = template.substitute({name: html.escape(value) for name, value in values.items()})

    async def show(self, _request: Request) -> Response:
        """The page."""
        return HTMLResponse(self._html)
