"""What the widget shows before anything is said: numbers to call, common questions, the notice, the matters' names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.book.guide import GuideError, load_guides
from bot.edge.switch import Switch
from bot.edge.wording import WordingError
from bot.settings import Settings

STARTERS = "starters.yml"
_MAX_NOTICE_CHARS = 500
_A_DAY = "public, max-age=86400"


class Opening:
    """`GET /api/opening` and `GET /api/matters`. WordingError where the file of common questions cannot be used."""

    def __init__(self, settings: Settings, switch: Switch) -> None:
        self._switch = switch
        self._notice_file = settings.notice_file
        self._guides_dir = settings.guides_dir
        self._fixed = {
            "phones": {
                "hotline": settings.hotline,
                "consult": settings.consult_phone,
                "supervision": settings.supervision_phone,
            },
            "max_chars": settings.max_message_chars,
            "starters": load_starters(settings.data_dir / STARTERS),
        }
        self._matters: list[dict[str, Any]] | None = None

    async def opening(self, _request: Request) -> Response:
        """Numbers, limits, common questions, and the operator's notice as it is now: first why the service is off."""
        notice = await self._switch.notice() or await run_in_threadpool(_notice, self._notice_file)
        return JSONResponse({**self._fixed, "notice": notice})

    async def matters(self, _request: Request) -> Response:
        """Every matter of the book: its guide, title, and what else people call it."""
        if self._matters is None:
            self._matters = await run_in_threadpool(_matters, self._guides_dir)
        return JSONResponse(self._matters, headers={"Cache-Control": _A_DAY} if self._matters else None)


def load_starters(path: Path) -> list[dict[str, Any]]:
    """The common questions in groups. WordingError names the file and what is wrong."""
    try:
        groups = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise WordingError(f"读不了常用问题文件 {path}：{error}") from error
    if not isinstance(groups, list) or not all(map(_is_group, groups)):
        raise WordingError(f"常用问题文件 {path} 应是一个列表，每项有 group（名称）和 questions（问题的列表）。")
    return groups


def _is_group(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"group", "questions"}:
        return False
    questions = value["questions"]
    texts = [value["group"], *questions] if isinstance(questions, list) else []
    return bool(texts) and all(isinstance(text, str) and text.strip() for text in texts)


def _notice(path: Path) -> str | None:
    """What the operator has to tell everyone; None where the file is missing, empty or no text."""
    try:
        return path.read_text(encoding="utf-8").strip()[:_MAX_NOTICE_CHARS] or None
    except (OSError, UnicodeDecodeError):
        return None


def _matters(folder: Path) -> list[dict[str, Any]]:
    try:
        guides = load_guides(folder)
    except (GuideError, OSError):
        return []  # people can still ask in their own words
    return [{"guide": guide.id, "title": guide.title, "aliases": list(guide.aliases)} for guide in guides]
