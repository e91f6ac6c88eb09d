"""What the words of a setting mean: one function a kind of value, ValueError where it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

LOG_LEVELS = ("debug", "info", "warning", "error")
RATE = re.compile(r"[1-9]\d{0,5}/(second|minute|hour|day)")
HOST = re.compile(r"[A-Za-z0-9_.:\-]{1,253}")
PHONE = re.compile(r"\d(?:-?\d){2,19}")
ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?")
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
APP_ID = re.compile(r"[A-Za-z0-9_\-]{4,64}")
AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
NUMBER = re.compile(r"\d{1,12}", re.ASCII)
ADDRESS = re.compile(r"[A-Za-z0-9_.\-]{1,253}:[1-9]\d{0,4}")
CLIENT = re.compile(r"[a-z0-9-]{1,16}")
RELEASE = re.compile(r"[A-Za-z0-9.\-]{1,64}")


def http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(value)
    return value.rstrip("/")


def url_or_off(value: str) -> str:
    """Empty for `off`."""
    return "" if value.lower() == "off" else http_url(value)


def database_url(value: str) -> str:
    scheme = value.partition("://")[0].partition("+")[0]
    if "://" not in value or scheme not in ("sqlite", "postgresql"):
        raise ValueError(value)
    return value


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return parse


def seconds(value: str) -> float:
    seconds = float(value)
    if not 0 < seconds <= 300:  # false for NaN too
        raise ValueError(value)
    return seconds


def matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(value)
        return value

    return parse


def long_enough(value: str) -> str:
    if len(value) < 16:
        raise ValueError
    return value


def origins(value: str) -> str:
    """Origins as browsers name them, so that none is refused for a slash at its end."""
    origins = value.replace(",", " ").split()
    if not all(origin == "null" or ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError(value)
    return " ".join(origins)


def redis_url(value: str) -> str:
    if value.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise ValueError(value)
    return value


def rest_keys(value: str) -> str:
    pairs = [pair.partition(":") for pair in value.split()]
    if not all(CLIENT.fullmatch(name) and len(key) >= 16 for name, _, key in pairs):
        raise ValueError
    if any(len({pair[part] for pair in pairs}) < len(pairs) for part in (0, 2)):
        raise ValueError
    return " ".join("".join(pair) for pair in pairs)


def switch(value: str) -> bool:
    return {"on": True, "off": False}[value.lower()]


def one_of(*allowed: str) -> Callable[[str], str]:
    return lambda value: {one: one for one in allowed}[value.lower()]


def moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y-%m-%d %H:%M")


def log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(value)
    return value.lower()
