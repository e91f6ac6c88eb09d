"""Numbers, ledger and gaps out of a journal, and the files they are given out in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from invented import GUIDES, PROJECT

from bot.cli.words import find
from bot.edge.exchanges import feedback
from bot.edge.journal import Journal, turns
from bot.learn.figures.asks import End, asks_of
from bot.learn.figures.config import FiguresConfig
from bot.learn.figures.drift import drift_of
from bot.learn.figures.gaps import gaps_of
from bot.learn.figures.ledger import Ledger
from bot.learn.figures.numbers import Numbers, numbers_of
from bot.learn.figures.period import Period
from bot.learn.figures.report import page, write_csv
from bot.learn.log.record import IMPORTED
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.said import Said
from bot.learn.tables import decisions
from bot.settings import Settings

CONFIG = FiguresConfig.load(PROJECT / "data" / "figures.yml")
MINING = MiningConfig.load(PROJECT / "data" / "learning.yml")
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)  # in China
PERIOD = Period(date(2026, 10, 31), date(2026, 11, 1))
LEDGER = Ledger(GUIDES, {("g01", "materials"): 3}, {("g02", "location"): 1})


def said(text: str, act: str | None, sender: str = "a", after_s: float = 0, **more: Any) -> Said:
    return Said(0, NOON + timedelta(seconds=after_s), sender, text, act, **more)


def ends(*messages: Said) -> list[tuple[End, int, bool]]:
    return [(ask.end, ask.questions, ask.resolved) for ask in asks_of(messages, MINING, CONFIG.pause_s)]


ASKED = said("泳票停掉", "clarify", options={"企业": ("g01",)})


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([said("泳票停掉", "answer", guide="g01")], [(End.ANSWERED, 0, True)]),
        ([said("泳票停掉", "answer", verdict="down")], [(End.ANSWERED, 0, False)]),
        ([said("泳票", "fallback")], [(End.REFUSED, 0, False)]),
        ([said("你好", "chitchat"), said("再见", "restart", after_s=9)], []),
        ([said("泳票", None)], []),
        ([ASKED], [(End.LEFT, 1, False)]),
        ([ASKED, said("企业", "answer", after_s=9)], [(End.ANSWERED, 1, True)]),
        ([ASKED, said("不知道", "clarify", after_s=9), said("企业", "answer", after_s=20)], [(End.ANSWERED, 2, True)]),
        ([ASKED, said("算了", "cancel", after_s=9)], [(End.DROPPED, 1, False)]),
        ([ASKED, said("转人工", "handoff", after_s=9)], [(End.HANDOFF, 1, False)]),
        ([ASKED, said("嗯", "chitchat", after_s=5), said("企业", "answer", after_s=9)], [(End.ANSWERED, 1, True)]),
        ([ASKED, said("泳帽", "answer", after_s=9999)], [(End.LEFT, 1, False), (End.ANSWERED, 0, True)]),
        ([ASKED, said("企业", "answer", sender="b", after_s=9)], [(End.LEFT, 1, False), (End.ANSWERED, 0, True)]),
        ([said("泳票", "answer"), said("转人工", "handoff", after_s=9)], [(End.ANSWERED, 0, False)]),
        ([said("泳票", "answer"), said("转人工", "handoff", after_s=9999)], [(End.ANSWERED, 0, True)]),
        (
            [said("泳票停掉", "answer", guide="g01"), said("把泳票停掉", "answer", guide="g02", after_s=30)],
            [(End.ANSWERED, 0, False), (End.ANSWERED, 0, True)],
        ),
        ([said("泳票", "error", cause="slow")], [(End.ERROR, 0, False)]),
    ],
)
def test_how_an_ask_ends(messages: list[Said], found: list[tuple[End, int, bool]]) -> None:
    assert ends(*messages) == found


def test_days_begin_at_midnight_in_china() -> None:
    assert Period.lately(2, datetime(2026, 10, 31, 17, tzinfo=UTC)) == PERIOD
    assert PERIOD.holds(datetime(2026, 10, 30, 16, tzinfo=UTC))
    assert not PERIOD.holds(datetime(2026, 10, 30, 15, 59, tzinfo=UTC))
    assert PERIOD.before(7) == Period(date(2026, 10, 24), date(2026, 10, 30))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db")
    yield opened
    opened.close()


def write(journal: Journal, *rows: dict[str, Any], hour: int = 4) -> None:
    """Rows of the journal, a minute apart, on 1 November unless they say when."""
    start = NOON.replace(hour=hour)
    usual = {"channel": "web", "sender": "a", "masked": "", "state": "completed"}
    made = [{**usual, "received_at": start + timedelta(minutes=place), **row} for place, row in enumerate(rows)]
    journal.write(*(turns.insert().values(**row) for row in made))


def fill(journal: Journal) -> None:
    answer = {"act": "answer", "guide": "g01", "section": "materials"}
    write(
        journal,
        {"text": "泳票停掉要啥", **answer, "latency_ms": 100},
        {"text": "票本怎么烧", "act": "fallback", "latency_ms": 200},
        {"text": "票本咋烧", "act": "fallback", "sender": "b", "latency_ms": 900},
        {"text": "昨天的", **answer, "received_at": NOON - timedelta(days=1), "sender": "c"},
        {"text": "早先的", **answer, "received_at": NOON - timedelta(days=9), "sender": "c"},
        {"text": "旧的", "state": IMPORTED, "sender": "d"},
        {"text": "断了", "state": "received", "sender": "d"},
    )
    judged = {"session": "a", "message": "1", "at": NOON, "turn": 1, "verdict": "down", "reasons": "", "comment": ""}
    journal.write(feedback.insert().values(**judged))


def numbers(journal: Journal) -> Numbers:
    return numbers_of(journal, PERIOD, LEDGER, CONFIG, MINING)


def test_a_period_is_counted_whole_and_by_day(journal: Journal) -> None:
    fill(journal)
    found = numbers(journal)
    total, yesterday = found.total, found.days["2026-10-31"]
    assert (total.messages, total.conversations, total.asks) == (6, 4, 4)
    assert (total.unjudged, total.cut_off, total.errors) == (1, 1, 0)
    assert total.understood and (total.understood.value, total.understood.n) == (0.5, 4)
    assert total.resolved and total.resolved.value == 0.25
    assert (total.up, total.down, total.timed, total.p50_ms, total.p95_ms) == (0, 1, 3, 200, 900)
    assert (yesterday.messages, yesterday.resolved and yesterday.resolved.value) == (1, 1.0)
    assert yesterday.p50_ms is None and yesterday.satisfied is None


def test_an_empty_journal_has_no_shares(journal: Journal) -> None:
    found = numbers(journal)
    shares = asdict(found.total)
    assert all(shares[name] is None for name in ("understood", "resolved", "clarified", "satisfied", "p50_ms"))
    assert (found.matters, found.gaps, len(found.cells)) == ([], [], 10 * len(GUIDES))
    assert {cell.state for cell in found.cells} == {"never"}


def test_the_ledger_says_what_was_written_tested_asked_and_answered_badly(journal: Journal) -> None:
    fill(journal)
    found = {(cell.guide, cell.section): cell for cell in numbers(journal).cells}
    asked, tested = found["g01", "materials"], found["g02", "location"]
    assert (asked.taught, asked.tested, asked.asked, asked.badly, asked.state) == (3, 0, 2, 1, "badly")
    assert (tested.tested, tested.asked, tested.state) == (1, 0, "never")
    [matter] = numbers(journal).matters
    assert (matter.guide, matter.asked, matter.badly) == ("g01", 2, 1)


def test_the_ledger_of_the_project_counts_its_questions_and_sets() -> None:
    settings = Settings(guides_dir=PROJECT / "guides", data_dir=PROJECT / "data")
    ledger = Ledger.load(settings, [str(PROJECT / "tests/eval")])
    assert len(ledger.cells([])) == 10 * len(ledger.guides)
    assert sum(ledger.taught.values()) > 4000 and sum(ledger.tested.values()) > 168


def test_gaps_are_doubles_together_with_what_was_decided(journal: Journal) -> None:
    unknown = [said("请问怎么烧票本呢", "fallback"), said("怎么烧票本", "fallback"), said("泳票", "answer")]
    row = {"at": NOON, "by": "x", "cluster": "c", "name": "", "changes": "[]"}
    journal.write(decisions.insert().values(**row, verdict="gap", members=json.dumps(["怎么烧票本"])))
    undone = {**row, "undone_at": NOON, "verdict": "ignore", "members": json.dumps(["怎么烧票本"])}
    journal.write(decisions.insert().values(**undone))
    [gap] = gaps_of(journal, unknown, MINING)
    assert (gap.text, gap.count, gap.verdict) == ("怎么烧票本", 2, "gap")


@pytest.fixture
def report(journal: Journal) -> dict[str, Any]:
    fill(journal)
    write(journal, {"text": "=泳镜<坏>换新", "act": "fallback", "sender": "e"}, hour=6)
    drift = drift_of(journal, CONFIG, MINING, NOON).to_json()
    return {**numbers(journal).to_json(), "drift": drift}


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_the_report_is_json(report: dict[str, Any]) -> None:
    assert json.loads(json.dumps(report))["ledger"]["states"] == {"never": 49, "badly": 1}


def test_csv_files_have_chinese_headings_and_no_formulas(report: dict[str, Any], tmp_path: Path) -> None:
    written = write_csv(report, tmp_path / "out", {"g01": "泳票"}, find("numbers"))
    files = {path.stem: read_csv(path) for path in written}
    assert set(files) == set(find("numbers.csv"))
    assert all(len({*map(len, rows)}) == 1 for rows in files.values()), "as many headings as columns"
    assert [row[0] for row in files["days"]] == ["日期", "合计", "2026-10-31", "2026-11-01"]
    assert files["days"][2][1:4] == ["1.0", "1.0", "0.0"]
    assert "'=泳镜<坏>换新" in [row[0] for row in files["gaps"]]
    assert len(files["ledger"]) == 51


def test_the_page_shows_figures_and_hides_nothing_behind_markup(report: dict[str, Any]) -> None:
    made = page(report, {"g01": "泳票<1>"}, find("numbers"))
    assert "<坏>" not in made and "&lt;坏&gt;" in made
    assert made.count("<svg") == 5 and made.count('class="ledger badly') == 1
    assert "http" not in made.replace("http-equiv", ""), "nothing is loaded from elsewhere"


def test_the_page_of_an_empty_journal_says_so(journal: Journal) -> None:
    drift = drift_of(journal, CONFIG, MINING).to_json()
    made = page({**numbers(journal).to_json(), "drift": drift}, {}, find("numbers"))
    assert find("numbers.nothing") in made and made.count("<svg") == 1
