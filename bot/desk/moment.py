"""Which day and time a question speaks of: 现在、明天下午、周六、国庆、10月1号、四点半."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.desk.calendar import festival

NUMERALS = {
    **{str(n): n for n in range(60)}, **dict(zip("零一二三四五六七八九十", range(11), strict=True)),
    "两": 2, "十一": 11, "十二": 12,
}  # fmt: skip
NOW = re.compile(
    r"现在|这会|这时候|此刻|眼下|目前|这阵|还来得及|来得及[不吗么]|赶得上|赶得及|开着|开门了|开门没|下班了[吗没么]|下班没"
    r"|还有人[吗没么]|还在上班|还上班[吗不么]|关门了|关门没"
)
EARLY = re.compile(r"早上|上午|凌晨|半夜|夜里")
TODAY = re.compile(r"今[天儿日]")
DAYS = {"大后天": 3, "后天": 2, "明天": 1, "明儿": 1, "明早": 1, "明晚": 1, "今天": 0, "今儿": 0, "今晚": 0, "今日": 0}
WEEKDAY = re.compile(r"(下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末1-6])")
WEEKEND = re.compile(r"双休日|歇礼拜")
DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?")
DAY = re.compile(r"(?<![\d月])(\d{1,2})[号]")
CLOCK = re.compile(
    r"(\d{1,2}|十[一二]|[一二两三四五六七八九十])(?:点|时(?!间))(半|一刻|三刻|(\d{1,2})分?)?|(\d{1,2})[:：](\d{2})"
)
PARTS = {  # the hour that stands for a part of the day
    "早上": 9, "上午": 10, "中午": 12.75, "午休": 12.75, "晌午": 12.75, "下午": 15, "傍晚": 18, "晚上": 19, "今晚": 19,
    "明晚": 19, "半夜": 23, "夜里": 23,
}  # fmt: skip
BEFORE = re.compile(r"[之以]?前")
LATE = re.compile(r"下午|晚上|傍晚|今晚|明晚|过晌")
EARLIEST = 7  # who says "四点半" and nothing else does not mean the night


@dataclass(frozen=True)
class Moment:
    """A day and a time of it; `at` is None where the whole day is meant.

    `now`: whether it is this very moment; `festival`: the holiday that was named instead of a day;
    `part`: the part of the day that was named instead of a time.
    """

    day: date
    at: time | None = None
    now: bool = False
    festival: str | None = None
    part: str | None = None


def moment_in(text: str, now: datetime) -> Moment | None:
    """The moment that a question speaks of, seen from `now`; None where it speaks of none."""
    if named := festival(text, now.date()):
        return Moment(named[1], festival=named[0])
    day, at = _day(text, now.date()), _time(text)
    part = None if at else next((word for word in PARTS if word in text), None)
    at = _time_of(PARTS[part]) if part else at
    if day is None and at is None:
        return Moment(now.date(), now.time(), now=True) if NOW.search(text) else None
    if day is None or (at is None and TODAY.search(text)):  # who asks of today asks of what is left of it
        return Moment(now.date(), at or now.time(), now=at is None, part=part)
    return Moment(day, at, part=part)


def _day(text: str, today: date) -> date | None:
    for word, ahead in DAYS.items():
        if word in text:
            return today + timedelta(ahead)
    if match := DATE.search(text):
        return _date(int(match[1]) if match[1] else None, int(match[2]), int(match[3]), today)
    if match := WEEKDAY.search(text):
        weekday = {"末": 5, "日": 6, "天": 6}.get(match[2]) or NUMERALS.get(match[2], 1) - 1
        monday = today - timedelta(today.weekday())
        weeks = {"下下": 2, "下": 1, "这": 0, "本": 0}.get(match[1] or "")
        if weeks is None:
            return today + timedelta((weekday - today.weekday()) % 7)
        return monday + timedelta(weekday, weeks=weeks)
    if WEEKEND.search(text):
        return today + timedelta((5 - today.weekday()) % 7)
    if match := DAY.search(text):
        return _next_day(int(match[1]), today)
    return None


def _date(year: int | None, month: int, day: int, today: date) -> date | None:
    """The date as named; without a year the next one. None for a date that does not exist."""
    try:
        found = date(year or today.year, month, day)
        return found if year or found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _next_day(day: int, today: date) -> date | None:
    """The next day of that number, in this month or the next."""
    later = (today.replace(day=1) + timedelta(32)).replace(day=1)
    for first in (today, later):
        found = _date(first.year, first.month, day, today)
        if found and found >= today:
            return found
    return None


def _time_of(hour: float) -> time:
    return time(int(hour), int(hour % 1 * 60))


def _time(text: str) -> time | None:
    match = CLOCK.search(text)
    if match is None:
        return None
    hour = NUMERALS.get(match[1] or match[4], 24) if match[1] else int(match[4])
    half = {"半": 30, "一刻": 15, "三刻": 45}.get(match[2] or "")
    minute = half if half is not None else int(match[3] or match[5] or 0)
    if hour < 12 and (LATE.search(text) or (hour < EARLIEST and not EARLY.search(text))):
        hour += 12
    if hour >= 24 or minute >= 60:
        return None
    before = bool(BEFORE.match(text, match.end()))  # "12点之前" is not twelve yet
    return (datetime.combine(date.min, time(hour, minute)) - timedelta(minutes=before)).time()
