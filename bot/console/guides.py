"""The guides' titles, by which people pick a guide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.book.guide import load_guides


class Guides:
    """Titles by id, read again when a file of the folder changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: object = None
        self._titles: Mapping[str, str] = {}

    def titles(self) -> Mapping[str, str]:
        """All of them. GuideError where a file cannot be read."""
        seen = sorted((path.name, path.stat().st_mtime_ns) for path in self._folder.glob("g*.md"))
        if seen != self._seen:
            self._titles = {guide.id: guide.title for guide in load_guides(self._folder)}
            self._seen = seen
        return self._titles

    def title(self, guide: str) -> str:
        """The title, or the id itself of what is no guide (any more)."""
        return self.titles().get(guide, guide)

    def picked(self, text: str) -> str | None:
        """The guide whose title, id, or title and id as the list of choices shows it, was put in."""
        wanted = text.strip()
        for guide, title in self.titles().items():
            if wanted in (guide, title, shown(guide, title)):
                return guide
        return None


def shown(guide: str, title: str) -> str:
    """A choice of the list."""
    return f"{title} {guide}"
