"""data/wechat.yml: what is said in WeChat, its menu and its rules, checked whole at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import yaml

from bot.edge.wording import WordingError
from bot.settings import Settings

FILE = "wechat.yml"


@dataclass(frozen=True)
class Replies:
    """What the edge says in WeChat in its own name."""

    welcome: str
    voice: str
    image: str
    video: str
    location: str
    link: str
    unknown: str
    too_many: str
    later: str
    still: str
    error: str


@dataclass(frozen=True)
class Layout:
    """What stands around an answer; the blanks are filled in with `format`."""

    source: str
    options: str
    sections: str
    option: str
    more: str
    link: str
    card: str


@dataclass(frozen=True)
class Allowance:
    """How many customer-service messages an account may send, and for how long."""

    count: int
    seconds: int


@dataclass(frozen=True)
class Words:
    """All of data/wechat.yml."""

    replies: Replies
    layout: Layout
    pull_words: frozenset[str]
    link_hours: float
    quota: Mapping[str, Allowance]
    menu: tuple[Any, ...]
    scenes: Mapping[str, str]
    handoff: str
    errors: Mapping[str, str]


def load_words(settings: Settings) -> Words:
    """The file in the data folder. WordingError, in Chinese, names the file, the key and what is wrong."""
    path = settings.data_dir / FILE
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise WordingError(f"读不了微信话术文件 {path}：{error}") from error
    numbers = {"hotline": settings.hotline, "consult_phone": settings.consult_phone}
    try:
        replies = {item.name: str(loaded["replies"][item.name]).format(**numbers) for item in fields(Replies)}
        layout = Layout(**{item.name: str(loaded["layout"][item.name]) for item in fields(Layout)})
        _check(layout)
        return Words(
            replies=Replies(**replies),
            layout=layout,
            pull_words=frozenset(map(str, loaded["pull_words"])),
            link_hours=float(loaded["link_hours"]),
            quota={kind: Allowance(**loaded["quota"][kind]) for kind in ("message", "event")},
            menu=tuple(loaded["menu"]),
            scenes={str(scene): str(key) for scene, key in loaded["scenes"].items()},
            handoff=str(loaded["handoff"]),
            errors={str(code): str(text) for code, text in loaded["errors"].items()},
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise WordingError(f"微信话术文件 {path} 缺少一项，或写得不对：{error}") from error


def _check(layout: Layout) -> None:
    """ValueError or KeyError where a blank cannot be filled."""
    layout.source.format(title="", page=1, edition="")
    layout.option.format(number=1, title="")
    layout.link.format(url="")
