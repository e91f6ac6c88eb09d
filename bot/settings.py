"""The service's settings: one frozen object, read once from GUIDEBOT_* environment variables.

An unknown name or a bad value stops the start with a message in Chinese that names the variable,
its value and what is allowed, so that a typing error never runs as a default.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "GUIDEBOT_"
_LOG_LEVELS = ("debug", "info", "warning", "error")
_RATE = re.compile(r"[1-9]\d{0,5}/(second|minute|hour|day)")
_HOST = re.compile(r"[A-Za-z0-9_.:\-]{1,253}")
_PHONE = re.compile(r"\d(?:-?\d){2,19}")
_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?")
_PASSWORD = re.compile(r"://[^@/]*@")


class SettingsError(ValueError):
    """Settings that cannot be used; the message is for the operator, in Chinese, one problem a line."""


def _about(help_text: str, allowed: str, parse: Callable[[str], Any], secret: bool = False) -> dict[str, Any]:
    """What an operator needs to know about a field; `parse` raises ValueError on a bad value, never shown if secret."""
    return {"help": help_text, "allowed": allowed, "parse": parse, "secret": secret}


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(value)
    return value.rstrip("/")


def _database_url(value: str) -> str:
    scheme = value.partition("://")[0].partition("+")[0]
    if "://" not in value or scheme not in ("sqlite", "postgresql"):
        raise ValueError(value)
    return value


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return parse


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0 < seconds <= 300:  # false for NaN too
        raise ValueError(value)
    return seconds


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(value)
        return value

    return parse


def _secret(value: str) -> str:
    if len(value) < 16:
        raise ValueError
    return value


def _origins(value: str) -> str:
    """Origins as browsers name them, so that none is refused for a slash at its end."""
    origins = value.replace(",", " ").split()
    if not all(origin == "null" or _ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError(value)
    return " ".join(origins)


def _log_level(value: str) -> str:
    if value.lower() not in _LOG_LEVELS:
        raise ValueError(value)
    return value.lower()


_URL_RULE = "http:// 或 https:// 开头的地址"
_RATE_RULE = "“次数/单位”，单位为 second、minute、hour、day 之一，例如 60/minute"
_PHONE_RULE = "数字和连字符组成的电话号码，例如 0631-5198106"


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Paths are relative to the working directory, times in seconds."""

    rasa_url: str = field(default="http://127.0.0.1:5005", metadata=_about("Rasa 服务的内部地址", _URL_RULE, _http_url))
    actions_url: str = field(
        default="http://127.0.0.1:5055", metadata=_about("动作服务的内部地址", _URL_RULE, _http_url)
    )
    edge_host: str = field(
        default="127.0.0.1", metadata=_about("对外服务监听的地址", "主机名或 IP 地址", _matching(_HOST))
    )
    edge_port: int = field(default=8000, metadata=_about("对外服务监听的端口", "1 到 65535 的整数", _number(1, 65535)))
    database_url: str = field(
        default="sqlite:///build/journal.db",
        repr=False,  # may hold a password
        metadata=_about("消息日志所在的数据库", "sqlite:///文件 或 postgresql://用户:密码@主机/库", _database_url),
    )
    turn_timeout_s: float = field(
        default=10.0, metadata=_about("一次问答最多等多少秒", "大于 0、不超过 300 的秒数", _seconds)
    )
    max_message_chars: int = field(
        default=500, metadata=_about("一条消息最多多少字", "1 到 10000 的整数", _number(1, 10_000))
    )
    max_body_bytes: int = field(
        default=16_384,
        metadata=_about("一个请求最多多少字节", "256 到 1048576 的整数", _number(256, 1_048_576)),
    )
    rate_limit: str = field(
        default="60/minute", metadata=_about("每个会话的发送频率上限", _RATE_RULE, _matching(_RATE))
    )
    address_rate_limit: str = field(
        default="600/minute",
        metadata=_about("每个来源地址的发送频率上限，本机不计", _RATE_RULE, _matching(_RATE)),
    )
    hotline: str = field(default="12333", metadata=_about("答不了时告诉群众的热线", _PHONE_RULE, _matching(_PHONE)))
    consult_phone: str = field(default="0631-5198106", metadata=_about("本地咨询电话", _PHONE_RULE, _matching(_PHONE)))
    supervision_phone: str = field(
        default="0631-5198107", metadata=_about("本地监督电话", _PHONE_RULE, _matching(_PHONE))
    )
    encoder: str = field(
        default="",
        metadata=_about("句向量模型，不设就用随包的 e5", "sentence-transformers 模型名或目录", str),
    )
    index_dir: Path = field(default=Path("index/build"), metadata=_about("检索索引所在目录", "目录路径", Path))
    guides_dir: Path = field(default=Path("guides"), metadata=_about("办事指南所在目录", "目录路径", Path))
    data_dir: Path = field(default=Path("data"), metadata=_about("问法与话术所在目录", "目录路径", Path))
    secret: str = field(
        default="",
        repr=False,
        metadata=_about("网页会话签名用的密钥，不设就用密钥文件里的", "至少 16 个字符", _secret, secret=True),
    )
    secret_file: Path = field(
        default=Path("build/secret"), metadata=_about("密钥文件，没有就自动生成一个", "文件路径", Path)
    )
    allowed_origins: str = field(
        default="",
        metadata=_about(
            "可以嵌入助手的网站，不设就只有自己",
            "空格隔开的来源，例如 https://www.example.gov.cn；沙箱框架写 null",
            _origins,
        ),
    )
    notice_file: Path = field(
        default=Path("data/notice.txt"), metadata=_about("网页顶部的通知，没有这个文件就不显示", "文本文件路径", Path)
    )
    log_level: str = field(
        default="info", metadata=_about("运行日志的详细程度", "、".join(_LOG_LEVELS) + " 之一", _log_level)
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in `environ`; a variable that is absent or empty keeps its default.

        Raises SettingsError naming every unknown GUIDEBOT_* variable and every bad value at once.
        """
        known = {variable_name(item.name): item for item in fields(cls)}
        problems = [_unknown(name, known) for name in sorted(environ) if _is_stray(name, known)]
        values: dict[str, Any] = {}
        for name, item in known.items():
            value = environ.get(name, "").strip()
            if not value:
                continue
            try:
                values[item.name] = item.metadata["parse"](value)
            except ValueError:
                problems.append(_bad_value(name, value, item))
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(**values)


def variable_name(name: str) -> str:
    """The environment variable of a field: `rasa_url` → `GUIDEBOT_RASA_URL`."""
    return PREFIX + name.upper()


SETTINGS_HELP: Mapping[str, str] = {
    variable_name(item.name): f"{item.metadata['help']}（{item.metadata['allowed']}）" for item in fields(Settings)
}
"""Each environment variable with a line on what it is for and what it may hold."""


def _is_stray(name: str, known: Mapping[str, object]) -> bool:
    return name.upper().startswith(PREFIX) and name not in known


def _unknown(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    hint = f"是不是要写 {near[0]}？" if near else ""
    return f"不认识环境变量 {name}。{hint}可用的有：{'、'.join(known)}。"


def _bad_value(name: str, value: str, item: Field[Any]) -> str:
    shown = "***" if item.metadata["secret"] else _PASSWORD.sub("://***@", value)
    return f"环境变量 {name} 的值“{shown}”不能用，允许的是：{item.metadata['allowed']}。"
