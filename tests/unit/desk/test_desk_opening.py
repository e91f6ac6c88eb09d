"""Open or closed by the guide's hours and the statutory holidays, and honest where neither says."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.book.guide import Guide
from bot.desk.calendar import day_of, festival, last_known, span_of
from bot.desk.moment import Moment, moment_in
from bot.desk.opening import Opening, Reason, Schedule, opening

NOON = datetime(2026, 9, 28, 10, 30)  # a Monday, two days before the holiday
HOURS = "工作日星期一至星期五，上午08:30-12:00，下午1:30-5:30（法定节假日除外）"


def ask(text: str, now: datetime = NOON) -> Opening:
    moment = moment_in(text, now)
    assert moment is not None, text
    return opening(Schedule.of(HOURS), moment)


def test_hours_of_every_guide_are_read(book: dict[str, Guide]) -> None:
    expected = Schedule(frozenset(range(5)), ((time(8, 30), time(12)), (time(13, 30), time(17, 30))))
    for guide in book.values():
        if "hours" in guide.sections:
            assert Schedule.of(guide.sections["hours"].text) == expected, guide.id
    assert Schedule.of("营业时间") is None


@pytest.mark.parametrize(
    ("at", "state", "until", "opens", "reason"),
    [
        ("2026-09-28 08:29", "closed", None, "2026-09-28 08:30", Reason.EARLY),
        ("2026-09-28 08:30", "open", "12:00", None, None),
        ("2026-09-28 11:59", "open", "12:00", None, None),
        ("2026-09-28 12:00", "closed", None, "2026-09-28 13:30", Reason.BREAK),
        ("2026-09-28 13:30", "open", "17:30", None, None),
        ("2026-09-28 17:30", "closed", None, "2026-09-29 08:30", Reason.LATE),
        ("2026-09-30 18:00", "closed", None, "2026-10-08 08:30", Reason.LATE),
        ("2026-10-03 10:00", "closed", None, "2026-10-08 08:30", Reason.HOLIDAY),
        ("2026-11-28 10:00", "closed", None, "2026-11-30 08:30", Reason.DAY_OFF),
        ("2026-10-10 10:00", "unknown", None, None, Reason.MADE_UP),
        ("2026-12-31 18:00", "closed", None, None, Reason.LATE),
        ("2031-03-05 10:00", "unknown", None, None, Reason.UNKNOWN_YEAR),
    ],
)
def test_moments_through_the_year(at: str, state: str, until: str, opens: str, reason: Reason | None) -> None:
    when = datetime.strptime(at, "%Y-%m-%d %H:%M")
    found = opening(Schedule.of(HOURS), Moment(when.date(), when.time(), now=True))
    assert (found.state, found.reason) == (state, reason)
    assert (found.until and f"{found.until:%H:%M}") == until
    assert (found.opens and f"{found.opens:%Y-%m-%d %H:%M}") == opens


def test_guide_without_hours_is_unknown() -> None:
    assert opening(None, Moment(NOON.date(), NOON.time())).reason is Reason.NOT_WRITTEN


def test_holidays_are_named() -> None:
    assert ask("国庆上班吗").holiday == "国庆节"
    assert ask("中秋那天有人吗", datetime(2026, 9, 1)).holiday == "中秋"
    assert ask("春节哪几天上班", datetime(2026, 1, 20)).moment.day == date(2026, 2, 15)


def test_days_off_in_a_row_are_told_together() -> None:
    assert span_of(date(2026, 10, 3)) == (date(2026, 10, 1), date(2026, 10, 7))
    assert span_of(date(2026, 2, 15)) == (date(2026, 2, 15), date(2026, 2, 23))


@pytest.mark.parametrize(
    ("text", "name"),
    [("十一期间办公吗", "国庆节"), ("五一能去不", "劳动节"), ("大年初七呢", "春节"), ("十一点去", None)],
)
def test_festivals_are_read_from_words(text: str, name: str | None) -> None:
    found = festival(text, NOON.date())
    assert (found and found[0]) == name


def test_festival_of_a_year_not_known_yet_is_unknown() -> None:
    found = ask("国庆上班吗", datetime(2026, 11, 25, 10))
    assert (found.state, found.reason, found.moment.festival) == ("unknown", Reason.UNKNOWN_YEAR, "国庆节")
    assert day_of(last_known()) is not None
    assert day_of(date(last_known().year + 1, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("现在去还来得及吗", "2026-09-28", "10:30"),
        ("这会儿还开着吗", "2026-09-28", "10:30"),
        ("今天上班吗", "2026-09-28", "10:30"),
        ("周六能办吗", "2026-10-03", None),
        ("礼拜天呢", "2026-10-04", None),
        ("周一上班吗", "2026-09-28", None),
        ("下周一上班吗", "2026-10-05", None),
        ("下下周三", "2026-10-14", None),
        ("周末办不办", "2026-10-03", None),
        ("明天下午几点关门", "2026-09-29", "15:00"),
        ("后天早上八点半开门没", "2026-09-30", "08:30"),
        ("四点半去还赶得上不", "2026-09-28", "16:30"),
        ("下午两点有人吗", "2026-09-28", "14:00"),
        ("12点之前赶到行吗", "2026-09-28", "11:59"),
        ("17:00还办吗", "2026-09-28", "17:00"),
        ("中午休息吗", "2026-09-28", "12:45"),
        ("10月9号上班吗", "2026-10-09", None),
        ("1月5日呢", "2027-01-05", None),
        ("8号办公吗", "2026-10-08", None),
        ("30号去行不行", "2026-09-30", None),
    ],
)
def test_moments_are_read_from_words(text: str, day: str, at: str | None) -> None:
    moment = moment_in(text, NOON)
    assert moment is not None
    assert (str(moment.day), moment.at and f"{moment.at:%H:%M}") == (day, at)


@pytest.mark.parametrize(
    "text", ["几点上班", "办理时间", "上班时间是几点到几点", "要15个工作日吗", "2月31号", "4号、6号、8号窗口在哪", ""]
)
def test_no_moment_where_none_is_named(text: str) -> None:
    moment = moment_in(text, NOON)
    assert moment is None or "窗口" in text
