"""Pages out of templates: every value escaped, every unknown name an error, what was just done told once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.console.accounts import Account
from bot.console.forms import Form
from bot.console.guides import Guides
from bot.console.words import Words

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")
_CHINA = timezone(timedelta(hours=8))
_MOST_NOTES = 500  # sessions whose notes wait to be read


@dataclass(frozen=True)
class Visitor:
    """Who asks: the account that is signed in, the cookie that shows it, and the form that was sent."""

    account: Account
    cookie: str
    form: Form = field(default_factory=Form)
    address: str = ""


class Notes:
    """What a visitor is to be told on the next page, by the cookie of the session."""

    def __init__(self) -> None:
        self._notes: OrderedDict[str, list[tuple[str, str]]] = OrderedDict()

    def add(self, cookie: str, kind: str, text: str) -> None:
        """`kind` is done, warning or problem."""
        self._notes.setdefault(cookie, []).append((kind, text))
        while len(self._notes) > _MOST_NOTES:
            self._notes.popitem(last=False)

    def take(self, cookie: str) -> list[tuple[str, str]]:
        """All of them, which are then told."""
        return self._notes.pop(cookie, [])


class Pages:
    """Renders the console's templates."""

    def __init__(self, words: Words, guides: Guides, sections: tuple[str, ...]) -> None:
        self.words = words
        self.notes = Notes()
        self._sections = sections
        loader = FileSystemLoader(TEMPLATES)
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.globals |= {"t": words.texts, "say": words.say, "title_of": guides.title, "share": share}
        self._templates.filters |= {"moment": moment, "iso": datetime.fromisoformat, "verdict": self._verdict(guides)}

    def page(self, name: str, visitor: Visitor | None, token: str, status: int = 200, /, **values: Any) -> Response:
        """A template filled in; `token` goes into its forms."""
        shared: Mapping[str, Any] = {
            "visitor": visitor.account if visitor else None,
            "token": token,
            "sections": self._sections if visitor else (),
            "notes": self.notes.take(visitor.cookie) if visitor else [],
            "section": "",
        }
        return HTMLResponse(self._templates.get_template(name).render({**shared, **values}), status)

    def _verdict(self, guides: Guides) -> Any:
        def told(verdict: str) -> str:
            kind, _, about = verdict.partition(":")
            if kind == "guide":
                about = guides.title(about)
            elif kind == "intent":
                about = self.words.find(f"intents.{about}") or about
            key = "verdicts_about" if about else "verdicts"
            return self.words.say(f"{key}.{kind}", about=about)

        return told


def share(value: float) -> str:
    """A share as per cent, to a tenth."""
    return f"{100 * value:.1f}"


def moment(at: datetime) -> str:
    """A time as the office's clocks show it."""
    return f"{at.astimezone(_CHINA):%Y-%m-%d %H:%M}"
