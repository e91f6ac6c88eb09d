"""All figures of a period in one JSON-ready report, and the forms that it is given out in: CSV files and a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.edge.journal import Journal
from bot.learn.figures.config import FiguresConfig
from bot.learn.figures.drift import drift_of
from bot.learn.figures.ledger import Ledger
from bot.learn.figures.numbers import numbers_of
from bot.learn.figures.period import Period
from bot.learn.mine.config import MiningConfig
from bot.learn.page import render
from bot.learn.release.gate import GateConfig
from bot.settings import Settings

Report = dict[str, Any]
SHARES = ("understood", "resolved", "clarified", "satisfied")
COUNTS = ("messages", "conversations", "asks", "up", "down", "errors", "unjudged", "cut_off", "p50_ms", "p95_ms")
CSV_ENCODING = "utf-8-sig"  # with a mark, so that spreadsheets read it
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def report_of(journal: Journal, settings: Settings, days: int) -> Report:
    """The figures of the last `days` days and the drift of today. JournalError, LearnError."""
    config, mining = configs(settings)
    ledger = Ledger.load(settings, GateConfig.load(settings.data_dir / "gate.yml").sets)
    numbers = numbers_of(journal, Period.lately(days), ledger, config, mining)
    return {**numbers.to_json(), "drift": drift_of(journal, config, mining).to_json()}


def configs(settings: Settings) -> tuple[FiguresConfig, MiningConfig]:
    """By what is counted, and what is noise."""
    data = settings.data_dir
    return FiguresConfig.load(data / "figures.yml"), MiningConfig.load(data / "learning.yml")


def page(report: Report, titles: Mapping[str, str], words: Mapping[str, Any]) -> str:
    """The report as one HTML page. `titles` are the guides' and sections' by id, `words` those under `numbers`."""
    return render("numbers.html", report=report, titles=titles, words=words)


def write_csv(report: Report, folder: Path, titles: Mapping[str, str], words: Mapping[str, Any]) -> list[Path]:
    """Each of `csv_texts` as a file; where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in csv_texts(report, titles, words).items():
        path = folder / f"{name}.csv"
        path.write_bytes(text.encode(CSV_ENCODING))
        written.append(path)
    return written


def csv_texts(report: Report, titles: Mapping[str, str], words: Mapping[str, Any]) -> dict[str, str]:
    """The days, the matters, the gaps, the ledger, the ends of clarifications and the new words, headings first."""
    return {name: _csv([words["csv"][name], *rows]) for name, rows in _tables(report, titles, words).items()}


def _tables(report: Report, titles: Mapping[str, str], words: Mapping[str, Any]) -> dict[str, list[Sequence[Any]]]:
    days = [{**report["total"], "day": words["whole"]}, *report["days"]]
    cells = report["ledger"]["cells"]
    return {
        "days": [[day["day"], *(_value(day[name]) for name in (*SHARES, *COUNTS))] for day in days],
        "matters": [[one["guide"], one["title"], one["asked"], one["badly"]] for one in report["matters"]],
        "gaps": [[one["text"], one["count"], one["verdict"]] for one in report["gaps"]],
        "ledger": [
            [
                *(one["guide"], titles.get(one["guide"]), titles.get(one["section"])),
                *(one[name] for name in ("taught", "tested", "asked", "badly")),
                words["states"][one["state"]],
            ]
            for one in cells
        ],
        "clarifications": [[words["ends"][end], n] for end, n in report["total"]["clarifications"].items()],
        "words": [
            [one[name] for name in ("word", "recent", "base", "z", "example")] for one in report["drift"]["words"]
        ],
    }


def _value(figure: Any) -> Any:
    """A share as a number between 0 and 1, a count as it is; nothing where there was nothing to count."""
    return round(figure["value"], 4) if isinstance(figure, Mapping) else figure


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_safe(value) for value in row] for row in rows)
    return text.getvalue()


def _safe(value: Any) -> Any:
    """What citizens typed is never a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
