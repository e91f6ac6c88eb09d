"""The Official Account's menu as data/wechat.yml has it, checked against WeChat's limits and our guides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.edge.wechat.asks import Asks
from bot.edge.wechat.parts import size
from bot.edge.wording import WordingError

_MOST, _MOST_BELOW = 3, 5
_NAME_BYTES, _NAME_BYTES_BELOW = 16, 60
_KEY_BYTES, _URL_BYTES = 128, 1024


def build_menu(menu: Sequence[Any], asks: Asks) -> dict[str, Any]:
    """The body of `menu/create`. WordingError, in Chinese, names the button that WeChat or we could not take."""
    if not 1 <= len(menu) <= _MOST:
        raise WordingError(f"data/wechat.yml 的 menu 应有 1 到 {_MOST} 个一级菜单，现在有 {len(menu)} 个。")
    return {"button": [_top(button, asks) for button in menu]}


def build_code(scene: str) -> dict[str, Any]:
    """The body of `qrcode/create` for a code that never ends and carries `scene`."""
    return {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}


def _top(button: Any, asks: Asks) -> dict[str, Any]:
    name = _name(button, _NAME_BYTES)
    below = button.get("items")
    if below is None:
        return {"name": name, **_action(name, button, asks)}
    if not isinstance(below, list) or not 1 <= len(below) <= _MOST_BELOW:
        raise WordingError(f"菜单“{name}”下面应有 1 到 {_MOST_BELOW} 项。")
    named = [(_name(item, _NAME_BYTES_BELOW), item) for item in below]
    return {"name": name, "sub_button": [{"name": title, **_action(title, item, asks)} for title, item in named]}


def _name(button: Any, limit: int) -> str:
    name = button.get("name") if isinstance(button, Mapping) else None
    if not isinstance(name, str) or not name.strip() or size(name) > limit:
        raise WordingError(f"菜单的名字“{name}”不能用：应是不超过 {limit} 字节（{limit // 3} 个汉字）的文字。")
    return name


def _action(name: str, button: Mapping[str, Any], asks: Asks) -> dict[str, str]:
    key, url = button.get("key"), button.get("url")
    if key is None and isinstance(url, str) and url.startswith(("http://", "https://")) and size(url) <= _URL_BYTES:
        return {"type": "view", "url": url}
    if url is not None or not isinstance(key, str) or size(key) > _KEY_BYTES:
        raise WordingError(f"菜单“{name}”要有 key（不超过 {_KEY_BYTES} 字节）或 url（网址），只写一个。")
    try:
        asks.strict_job(key)
    except (KeyError, ValueError):
        raise WordingError(f"菜单“{name}”的 key“{key}”没有意义：没有这份指南、这一栏，或写法不对。") from None
    return {"type": "click", "key": key}
