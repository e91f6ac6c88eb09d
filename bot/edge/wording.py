"""What the edge says in its own name: read from `wording.yml`, checked whole and filled in at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings

FILE = "wording.yml"


class WordingError(ValueError):
    """A wording file that cannot be used; the message is for the operator, in Chinese."""


@dataclass(frozen=True)
class Replies:
    """What a citizen reads in place of an answer."""

    error: str
    slow: str
    empty: str
    too_long: str
    paused: str


@dataclass(frozen=True)
class Problem:
    """Why a request was refused, and what to do instead."""

    message: str
    remedy: str


@dataclass(frozen=True)
class Problems:
    """What a client reads in place of a reply, by the `code` of the error."""

    not_json: Problem
    bad_sender: Problem
    bad_message: Problem
    bad_session: Problem
    bad_key: Problem
    bad_id: Problem
    bad_feedback: Problem
    too_large: Problem
    too_many: Problem
    not_found: Problem
    not_allowed: Problem
    no_console: Problem
    internal: Problem


@dataclass(frozen=True)
class Wording:
    """Every text of the edge, with phone numbers and limits in place."""

    replies: Replies
    problems: Problems


def load_wording(settings: Settings) -> Wording:
    """The texts in the data folder's `wording.yml`. WordingError names the file, the key and what is wrong."""
    path = settings.data_dir / FILE
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise WordingError(f"读不了话术文件 {path}：{error}") from error
    values = {
        "hotline": settings.hotline,
        "consult_phone": settings.consult_phone,
        "supervision_phone": settings.supervision_phone,
        "max_chars": settings.max_message_chars,
    }
    reader = _Reader(path, values)
    texts = reader.section(loaded, "replies")
    problems = reader.section(loaded, "problems")
    return Wording(
        replies=Replies(**{name: reader.text(texts, f"replies.{name}") for name in _names(Replies)}),
        problems=Problems(**{name: reader.problem(problems, name) for name in _names(Problems)}),
    )


def _names(of: type[Any]) -> list[str]:
    return [item.name for item in fields(of)]


@dataclass(frozen=True)
class _Reader:
    path: Path
    values: Mapping[str, object]

    def section(self, source: Any, key: str) -> Mapping[str, Any]:
        value = source.get(key.rpartition(".")[2]) if isinstance(source, Mapping) else None
        if not isinstance(value, Mapping):
            raise WordingError(f"话术文件 {self.path} 缺少 {key}，或它下面没有内容。")
        return value

    def problem(self, source: Mapping[str, Any], name: str) -> Problem:
        key = f"problems.{name}"
        parts = self.section(source, key)
        return Problem(self.text(parts, f"{key}.message"), self.text(parts, f"{key}.remedy"))

    def text(self, source: Mapping[str, Any], key: str) -> str:
        value = source.get(key.rpartition(".")[2])
        if not isinstance(value, str) or not value.strip():
            raise WordingError(f"话术文件 {self.path} 缺少 {key}，或它不是一段文字。")
        try:
            return value.strip().format_map(self.values)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            allowed = "、".join(f"{{{name}}}" for name in self.values)
            raise WordingError(
                f"话术文件 {self.path} 的 {key} 里有填不上的花括号（{error}）；可用的有 {allowed}。"
            ) from error
