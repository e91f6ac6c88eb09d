"""Whether it is open: said before the hours are quoted, also where no matter is under discussion."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.history import asked
from actions.reply import Card, quote
from actions.shared import Shared
from bot.book.guide import Guide
from bot.desk.calendar import span_of
from bot.desk.moment import Moment, moment_in
from bot.desk.opening import WEEK, Opening, Schedule, opening
from bot.desk.request import OPEN_NOW
from index.memory import Memory


def show_opening(say: CollectingDispatcher, here: Shared, guide: Guide, tracker: Tracker, memory: Memory) -> bool:
    """Whether it is open at the moment asked for; False where hours were asked for and no moment."""
    moment = moment_asked(here, tracker)
    if moment is None and memory.section != OPEN_NOW:
        return False
    section = guide.sections.get("hours")
    found = opening(Schedule.of(section.text) if section else None, moment or moment_now(here))
    say_opening(say, here, found)
    quote(say, here, guide, "hours", (), opening_card(here, found, guide))
    return True


def say_usual(say: CollectingDispatcher, here: Shared, tracker: Tracker) -> Card | None:
    """Where no matter is under discussion: by the hours that most guides give. None where no moment was asked for."""
    moment = moment_asked(here, tracker)
    texts = Counter(guide.sections["hours"].text for guide in here.engine.guides.values() if "hours" in guide.sections)
    if moment is None or not texts:
        return None
    ((usual, _count),) = texts.most_common(1)
    found = opening(Schedule.of(usual), moment)
    say_opening(say, here, found)
    say.utter_message(response="utter_usual_hours", quote=usual)
    return opening_card(here, found)


def moment_asked(here: Shared, tracker: Tracker) -> Moment | None:
    return next(filter(None, (moment_in(text, here.now()) for text in asked(tracker))), None)


def moment_now(here: Shared) -> Moment:
    now = here.now()
    return Moment(now.date(), now.time(), now=True)


def say_opening(say: CollectingDispatcher, here: Shared, found: Opening) -> None:
    say.utter_message(response="utter_opening", words=opening_words(here, found))


def opening_words(here: Shared, found: Opening) -> str:
    """In a sentence without its end: 现在上班，到12:00为止."""
    words, until = here.desk.words, found.until and f"{found.until:%H:%M}"
    opens = found.opens and f"{day_words(here, found.opens.date())}{found.opens:%H:%M}"
    facts = (("because", reason_of(here, found)), ("until", until), ("opens", opens))
    told = [words[pattern].format(fact) for pattern, fact in facts if fact]
    return "".join((about_of(here, found.moment), words["state"][found.state], *told))


def about_of(here: Shared, moment: Moment) -> str:
    """The moment in words: 现在, 国庆节, 11月28日（星期六）16:30."""
    if moment.now:
        return str(here.desk.words["now"])
    at = moment.part or (f"{moment.at:%H:%M}" if moment.at else "")
    return moment.festival or day_words(here, moment.day) + at


def day_words(here: Shared, day: date) -> str:
    return str(here.desk.words["day"]).format(day.month, day.day, WEEK[day.weekday()])


def reason_of(here: Shared, found: Opening) -> str | None:
    if found.reason is None:
        return None
    first, last = (day_words(here, day) for day in span_of(found.moment.day))
    return str(here.desk.words["reasons"][found.reason]).format(found.holiday, first, last)


def opening_card(here: Shared, found: Opening, guide: Guide | None = None) -> Card:
    at = datetime.combine(found.moment.day, found.moment.at or time.min)
    return {
        "kind": "hours", "guide": guide and guide.id, "title": guide.title if guide else "", "state": found.state,
        "at": f"{at:%Y-%m-%d %H:%M}", "about": None if found.moment.now else about_of(here, found.moment),
        "until": found.until and f"{found.until:%H:%M}", "opens": found.opens and f"{found.opens:%Y-%m-%d %H:%M}",
        "reason": reason_of(here, found),
    }  # fmt: skip
