"""Statutory holidays of the mainland, as the State Council sets them year by year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import Holiday

WORDS = {
    "国庆": "National Day", "十一放假": "National Day", "十一假": "National Day", "中秋": "Mid-autumn Festival",
    "八月十五": "Mid-autumn Festival", "五一": "Labour Day", "劳动节": "Labour Day", "端午": "Dragon Boat Festival",
    "清明": "Tomb-sweeping Day", "元旦": "New Year's Day", "阳历年": "New Year's Day", "春节": "Spring Festival",
    "过年": "Spring Festival", "年三十": "Spring Festival", "大年": "Spring Festival", "除夕": "Spring Festival",
    "年初": "Spring Festival", "正月": "Spring Festival",
}  # fmt: skip
FIXED = {"National Day": (10, 1), "Labour Day": (5, 1), "New Year's Day": (1, 1)}
NAMES = {holiday.value: holiday.chinese for holiday in Holiday}
LONGEST = 12  # days


@dataclass(frozen=True)
class Day:
    """What the calendar says of a day. `works`: whether people work; `holiday`: the statutory holiday it belongs to."""

    works: bool
    holiday: str | None = None


def day_of(day: date) -> Day | None:
    """None beyond the years that are known."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return Day(not off, NAMES.get(name or "") if off else None)


def last_known() -> date:
    """The last day whose holidays are known."""
    return date(max(day.year for day in chinese_calendar.holidays), 12, 31)


def festival(text: str, today: date) -> tuple[str, date] | None:
    """The festival that a text names and its next day off; the first day of the year after the last known one
    where it is not known yet when that will be."""
    value = next((value for word, value in WORDS.items() if word in text), None)
    if value is None:
        return None
    days = sorted(day for day, name in chinese_calendar.holidays.items() if name == value and day >= today)
    return NAMES[value], days[0] if days else last_known() + timedelta(1)


def span_of(day: date) -> tuple[date, date]:
    """First and last of the days off in a row that a holiday belongs to."""
    first = last = day
    for _ in range(LONGEST):
        before, after = day_of(first - timedelta(1)), day_of(last + timedelta(1))
        first -= timedelta(bool(before and before.holiday))
        last += timedelta(bool(after and after.holiday))
    return first, last
