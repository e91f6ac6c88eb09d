"""How well the assistant does, over a period and day by day; None stands where nothing was there to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from bot.edge.journal import RECEIVED, Journal
from bot.learn.evaluate import Rate, percentile, rate
from bot.learn.figures.asks import Ask, asks_of
from bot.learn.figures.config import FiguresConfig
from bot.learn.figures.gaps import Gap, gaps_of
from bot.learn.figures.ledger import Cell, Ledger, Matter
from bot.learn.figures.period import Period, local_day
from bot.learn.log.record import IMPORTED
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.said import Said, said_since
from bot.outcome import Act

_T = TypeVar("_T")
UNDERSTOOD = (Act.ANSWER, Act.CLARIFY)
_MARGIN = timedelta(hours=1)  # before a period: what is said at its beginning may end an ask begun before


@dataclass(frozen=True)
class Totals:
    """Counts of messages, conversations and asks, and shares of them.

    `understood`: of the messages that were about a matter, those answered or asked back about. `resolved`: of the
    asks, those answered without a complaint. `clarified`: of the asks, those in which we asked back, and
    `clarifications` how these ended. `satisfied`: 👍 among the verdicts. Latencies are milliseconds at the edge.
    """

    messages: int
    conversations: int
    unjudged: int  # out of old logs that do not say what a message came to
    cut_off: int  # never answered: the service was ended under them
    errors: int
    asks: int
    understood: Rate | None
    resolved: Rate | None
    clarified: Rate | None
    clarifications: Mapping[str, int]
    up: int
    down: int
    satisfied: Rate | None
    timed: int
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True)
class Numbers:
    """All figures of a period."""

    period: Period
    total: Totals
    days: Mapping[str, Totals]
    matters: Sequence[Matter]
    gaps: Sequence[Gap]
    cells: Sequence[Cell]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        states = Counter(cell.state for cell in self.cells)
        return {
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            "total": asdict(self.total),
            "days": [{"day": day, **asdict(totals)} for day, totals in self.days.items()],
            "matters": [asdict(one) for one in self.matters],
            "gaps": [asdict(gap) for gap in self.gaps],
            "ledger": {"states": dict(states), "cells": [cell.to_json() for cell in self.cells]},
        }


def numbers_of(
    journal: Journal, period: Period, ledger: Ledger, config: FiguresConfig, mining: MiningConfig
) -> Numbers:
    """The figures of a period out of the journal. JournalError."""
    read = said_since(journal, period.start - _MARGIN)
    asks = [ask for ask in asks_of(read, mining, config.pause_s) if period.holds(ask.said[0].at)]
    messages = [said for said in read if period.holds(said.at)]
    said, asked = _by_day(messages, lambda one: one.at), _by_day(asks, lambda one: one.said[0].at)
    days = {day.isoformat(): totals_of(said.get(day, ()), asked.get(day, ())) for day in period.days}
    cells = ledger.cells(asks)
    matters = ledger.matters(cells)[: config.top]
    gaps = gaps_of(journal, messages, mining)[: config.top]
    return Numbers(period, totals_of(messages, asks), days, matters, gaps, cells)


def _by_day(all_of: Sequence[_T], moment: Callable[[_T], datetime]) -> dict[date, list[_T]]:
    found: dict[date, list[_T]] = {}
    for one in all_of:
        found.setdefault(local_day(moment(one)), []).append(one)
    return found


def totals_of(messages: Sequence[Said], asks: Sequence[Ask]) -> Totals:
    """The figures of some messages and the asks that begin among them."""
    about = [said.act in UNDERSTOOD for said in messages if said.act in (*UNDERSTOOD, Act.FALLBACK)]
    times = [said.latency_ms for said in messages if said.latency_ms is not None]
    verdicts = [said.verdict == "up" for said in messages if said.verdict]
    clarified = [ask for ask in asks if ask.questions]
    return Totals(
        messages=len(messages),
        conversations=len({said.sender for said in messages}),
        unjudged=sum(said.state == IMPORTED and said.act is None for said in messages),
        cut_off=sum(said.state == RECEIVED for said in messages),
        errors=sum(said.act == Act.ERROR for said in messages),
        asks=len(asks),
        understood=_rate(about),
        resolved=_rate([ask.resolved for ask in asks]),
        clarified=_rate([ask.questions > 0 for ask in asks]),
        clarifications=dict(sorted(Counter(_ending(ask) for ask in clarified).items())),
        up=sum(verdicts),
        down=len(verdicts) - sum(verdicts),
        satisfied=_rate(verdicts),
        timed=len(times),
        p50_ms=percentile(times, 0.5) if times else None,
        p95_ms=percentile(times, 0.95) if times else None,
    )


def _ending(ask: Ask) -> str:
    """How an ask with a clarification ended; an answer after two questions is told from one after the first."""
    return "answered_later" if ask.end == "answered" and ask.questions > 1 else ask.end.value


def _rate(flips: Sequence[bool]) -> Rate | None:
    return rate([float(flip) for flip in flips]) if flips else None
