"""Statutory holidays of the mainland, as the State Council sets them year by year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import Holiday

WORDS = {
    Holiday.national_day: r"国庆|十一(?=放假|假|长假|期间|上班|办公|开门|那)",
    Holiday.mid_autumn_festival: r"中秋|八月十五",
    Holiday.labour_day: r"五一|劳动节",
    Holiday.dragon_boat_festival: r"端午",
    Holiday.tomb_sweeping_day: r"清明",
    Holiday.new_years_day: r"元旦|阳历年",
    Holiday.spring_festival: r"春节|过年|除夕|年三十|大年|年初|正月|初[一二三四五六七八](?!中)",
}
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
    named = next((holiday for holiday, words in WORDS.items() if re.search(words, text)), None)
    if named is None:
        return None
    days = sorted(day for day, name in chinese_calendar.holidays.items() if name == named.value and day >= today)
    return named.chinese, days[0] if days else last_known() + timedelta(1)


def span_of(day: date) -> tuple[date, date]:
    """First and last of the days off in a row that a holiday belongs to."""
    first = last = day
    for _ in range(LONGEST):
        before, after = day_of(first - timedelta(1)), day_of(last + timedelta(1))
        first -= timedelta(bool(before and before.holiday))
        last += timedelta(bool(after and after.holiday))
    return first, last
