"""`data/desk.yml`: what operators set of the desk's work, and which request goes with which section."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.book.guide import Guide
from bot.desk.checklist import checklist
from bot.desk.eligibility import walk
from bot.desk.next_step import next_steps
from bot.desk.opening import Schedule
from bot.desk.request import CHECKLIST, ELIGIBLE, NEXT_STEP, OPEN_NOW, REQUESTS


@dataclass(frozen=True)
class Desk:
    """The file's content. `titles` are the buttons of the requests, `offers` the request that goes with a section."""

    titles: Mapping[str, str]
    offers: Mapping[str, str]
    agent: Mapping[str, Sequence[str]]  # "agent" and "self" → words of somebody who sends another, or goes himself
    one_of: frozenset[str]  # guides whose listed conditions are alternatives
    results: Mapping[str, Sequence[str]]  # guide → how others name what it ends in
    said: Mapping[str, str]  # request → words that make a question of its section one (a pattern)
    plain: Mapping[str, Mapping[str, str]]  # request → a way of saying it, and the question that it stands for
    words: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path, guides: Mapping[str, Guide]) -> Desk:
        """ValueError, in Chinese, naming the file and a guide or request in it that does not exist."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        desk = cls(**{**data, "one_of": frozenset(data["one_of"])})
        requests = {*desk.titles, *desk.offers.values(), *desk.said, *desk.plain} - set(REQUESTS)
        if strange := sorted({*desk.one_of, *desk.results} - set(guides) | requests):
            raise ValueError(f"{path} 中的 {'、'.join(strange)} 不是指南的编号，也不是柜台上的事。请改正或删去。")
        return desk

    def request_in(self, text: str, asked: str | None) -> str | None:
        """What is asked: a request, where the words of a question of its section are those of the request."""
        meant = (one for one, words in self.said.items() if REQUESTS[one] == asked and re.search(words, text))
        return next(meant, asked)

    def plainly(self, text: str, request: str | None) -> str:
        """The text with the request put as a question ("要什么材料"), which no guide's own words are in."""
        plain = self.plain.get(request or "")
        return re.sub(plain["said"], plain["means"], text) if plain else text

    def for_another(self, text: str) -> bool | None:
        """Whether somebody goes in another's place; None where the text does not tell."""
        if any(word in text for word in self.agent["self"]):
            return False
        return True if any(word in text for word in self.agent["agent"]) else None

    def offer(self, guide: Guide, section: str, guides: Mapping[str, Guide]) -> str | None:
        """The button for the request that goes with a section; None where this guide has nothing for it."""
        request = self.offers.get(section)
        useful = (
            (request == CHECKLIST and checklist(guide))
            or (request == ELIGIBLE and walk(guide))
            or (request == OPEN_NOW and Schedule.of(guide.sections[section].text))
            or (request == NEXT_STEP and next_steps(guide, guides, self.results))
        )
        return self.titles[request] if request and useful else None
