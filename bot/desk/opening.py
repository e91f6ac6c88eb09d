"""Whether the office is open at a moment: the guide's 办理时间 against the calendar of holidays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.book.hours import RANGE
from bot.desk.calendar import day_of
from bot.desk.moment import Moment

DAYS = re.compile(r"星期([一二三四五六日])至星期([一二三四五六日])")
WEEK = "一二三四五六日"
LOOK_AHEAD = 20  # days; the longest holidays are shorter


class Reason(StrEnum):
    """Why the office is closed, or why one cannot say."""

    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    BREAK = "break"
    EARLY = "early"
    LATE = "late"
    MADE_UP = "made_up"  # a weekend that the calendar makes a working day; the guide speaks of weekdays only
    UNKNOWN_YEAR = "unknown_year"
    NOT_WRITTEN = "not_written"


@dataclass(frozen=True)
class Schedule:
    """When a guide says that the office is open: days of the week (0 is Monday) and times of such a day."""

    days: frozenset[int]
    ranges: tuple[tuple[time, time], ...]

    @classmethod
    def of(cls, text: str) -> Schedule | None:
        """None where the text does not say it in days and times."""
        days = DAYS.search(text)
        ranges = [_range(text, match) for match in RANGE.finditer(text)]
        if not days or not ranges:
            return None
        return cls(frozenset(range(WEEK.index(days[1]), WEEK.index(days[2]) + 1)), tuple(sorted(ranges)))


def _range(text: str, match: re.Match[str]) -> tuple[time, time]:
    """A time range; after 下午 the hours count from noon on (下午1:30-5:30)."""
    hour, minute, until_hour, until_minute = map(int, match.groups())
    noon = 12 if text[: match.start()].endswith("下午") and hour < 12 else 0
    return time(hour + noon, minute), time(until_hour + noon, until_minute)


@dataclass(frozen=True)
class Opening:
    """`state`: open, closed or unknown at the moment asked for; `until` when it closes, `opens` when it opens next."""

    state: str
    moment: Moment
    until: time | None = None
    opens: datetime | None = None
    reason: Reason | None = None
    holiday: str | None = None


def opening(schedule: Schedule | None, moment: Moment) -> Opening:
    """Whether the office is open at that moment, or on that day. Never a guess: what is not known is unknown."""
    if schedule is None:
        return Opening("unknown", moment, reason=Reason.NOT_WRITTEN)
    day = day_of(moment.day)
    if day is None:
        return Opening("unknown", moment, reason=Reason.UNKNOWN_YEAR)
    usual = moment.day.weekday() in schedule.days
    if day.works and not usual:
        return Opening("unknown", moment, reason=Reason.MADE_UP)
    if not day.works:
        why = Reason.HOLIDAY if day.holiday else Reason.DAY_OFF
        return Opening("closed", moment, None, _next(schedule, moment.day), why, day.holiday)
    if moment.at is None:
        return Opening("open", moment, schedule.ranges[-1][1])
    until = next((end for start, end in schedule.ranges if start <= moment.at < end), None)
    if until:
        return Opening("open", moment, until)
    return Opening("closed", moment, None, _next(schedule, moment.day, moment.at), _why(schedule, moment.at))


def _why(schedule: Schedule, at: time) -> Reason:
    if at < schedule.ranges[0][0]:
        return Reason.EARLY
    return Reason.LATE if at >= schedule.ranges[-1][1] else Reason.BREAK


def _next(schedule: Schedule, day: date, after: time = time.max) -> datetime | None:
    """When it opens next after a time of that day; None where the calendar does not reach that far."""
    for start, _end in schedule.ranges:
        if start > after:
            return datetime.combine(day, start)
    for ahead in range(1, LOOK_AHEAD):
        later = day + timedelta(ahead)
        known = day_of(later)
        usual = later.weekday() in schedule.days
        if known is None or (known.works != usual and known.works):
            return None  # from here on one cannot say
        if known.works:
            return datetime.combine(later, schedule.ranges[0][0])
    return None
