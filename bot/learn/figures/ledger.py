"""Each guide's ten sections: questions written for them, tests, what people asked of them and how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.book.guide import Guide, load_guides
from bot.learn.evaluate import Row
from bot.learn.figures.asks import Ask
from bot.learn.problem import LearnError
from bot.learn.release.measure import load_sets
from bot.outcome import Act
from bot.settings import Settings
from index.corpus import SECTIONS, load_questions

Place = tuple[str, str]  # guide and section


@dataclass(frozen=True)
class Cell:
    """A section of a guide: `taught` counts written questions, `tested` those of the evaluation sets, `asked` answers
    that people got, `badly` those that they had reason to complain of."""

    guide: str
    section: str
    taught: int
    tested: int
    asked: int
    badly: int

    @property
    def state(self) -> str:
        """`badly`, `asked` or `never`."""
        return "badly" if self.badly else "asked" if self.asked else "never"

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**vars(self), "state": self.state}


@dataclass(frozen=True)
class Matter:
    """A guide that people were answered from, how often, and how often that was none for them."""

    guide: str
    title: str
    asked: int
    badly: int


@dataclass(frozen=True)
class Ledger:
    """The guides by their ids, and how often each place is written for and tested."""

    guides: Mapping[str, Guide]
    taught: Mapping[Place, int] = field(default_factory=dict)
    tested: Mapping[Place, int] = field(default_factory=dict)

    @classmethod
    def load(cls, settings: Settings, sets: Sequence[str]) -> Ledger:
        """Out of the project's files; `sets` are folders of evaluation sets, of which there may be none."""
        questions = load_questions(settings.data_dir / "questions")
        taught = Counter((one.label, one.section or "overview") for one in questions)
        try:
            rows, _ = load_sets(sets)
        except LearnError:
            rows = {}
        tested = Counter(place for row in rows.values() for place in _places(row))
        return cls({guide.id: guide for guide in load_guides(settings.guides_dir)}, taught, tested)

    def cells(self, asks: Sequence[Ask]) -> list[Cell]:
        """Every section of every guide, in the book's order."""
        asked: Counter[Place] = Counter()
        badly: Counter[Place] = Counter()
        for ask in asks:
            said = ask.said[-1]
            if said.act == Act.ANSWER and said.guide and said.section:
                asked[said.guide, said.section] += 1
                badly[said.guide, said.section] += ask.complained
        places = [(guide, section) for guide in sorted(self.guides) for section in SECTIONS]
        return [Cell(*at, self.taught.get(at, 0), self.tested.get(at, 0), asked[at], badly[at]) for at in places]

    def matters(self, cells: Sequence[Cell]) -> list[Matter]:
        """The guides that were asked for, the most frequent first."""
        asked: Counter[str] = Counter()
        badly: Counter[str] = Counter()
        for cell in cells:
            asked[cell.guide] += cell.asked
            badly[cell.guide] += cell.badly
        ordered = sorted((guide for guide in asked if asked[guide]), key=lambda guide: (-asked[guide], guide))
        return [Matter(guide, self.guides[guide].title, asked[guide], badly[guide]) for guide in ordered]


def _places(row: Row) -> list[Place]:
    """What a row of an evaluation set asks for, of each guide that may answer it."""
    expected = [turn["expect"] for turn in row["turns"]] if "turns" in row else [row]
    return [(guide, one["section"]) for one in expected if one.get("section") for guide in one.get("guides", ())]
