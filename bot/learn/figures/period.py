"""Days as the operator counts them: from midnight to midnight in China."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.learn.log.record import LOCAL


@dataclass(frozen=True)
class Period:
    """Whole days, both ends among them."""

    first: date
    last: date

    @classmethod
    def lately(cls, days: int, now: datetime | None = None) -> Period:
        """The last `days` days, today among them."""
        today = local_day(now or datetime.now(UTC))
        return cls(today - timedelta(days=days - 1), today)

    @property
    def start(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first, time(), LOCAL)

    @property
    def days(self) -> list[date]:
        """Each day of it in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def before(self, days: int) -> Period:
        """So many days right before it."""
        return Period(self.first - timedelta(days=days), self.first - timedelta(days=1))

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.first <= local_day(at) <= self.last


def local_day(at: datetime) -> date:
    """The day of a moment in China."""
    return at.astimezone(LOCAL).date()
