"""What comes after a matter, where the guides themselves say so: another guide asks for what this one ends in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.book.guide import Guide
from bot.desk.checklist import MARK

ASKING = ("eligibility", "materials")  # sections in which a guide asks for what another one ended in
WHO = ("audience", "person")
SENTENCE = re.compile(r"[^。；\n]+")


@dataclass(frozen=True)
class Step:
    """A guide that may follow, with the words of one of its sections that ask for what was done before."""

    guide: str
    title: str
    section: str
    quote: str


def next_steps(guide: Guide, guides: Mapping[str, Guide], results: Mapping[str, Sequence[str]]) -> tuple[Step, ...]:
    """The guides that come next, in the book's order; those that come only after another of them are left out.

    `results` says for a guide in which words other guides ask for what it ends in.
    """
    following = _following(guide, guides, results)
    later = {step.guide for one in following for step in _following(guides[one.guide], guides, results)}
    return tuple(step for step in following if step.guide not in later)


def _following(guide: Guide, guides: Mapping[str, Guide], results: Mapping[str, Sequence[str]]) -> list[Step]:
    words = results.get(guide.id, ())
    found = [_step(other, words) for other in guides.values() if other.id != guide.id and _same_people(guide, other)]
    return [step for step in found if step]


def _same_people(one: Guide, other: Guide) -> bool:
    """Whether the two can be about the same person: no facet of theirs rules that out."""
    common = [facet for facet in WHO if facet in one.facets and facet in other.facets]
    return all(set(one.facets[facet]) & set(other.facets[facet]) for facet in common)


def _step(guide: Guide, words: Sequence[str]) -> Step | None:
    for key in ASKING:
        section = guide.sections.get(key)
        for sentence in SENTENCE.findall(section.text) if section else ():
            if any(word in sentence for word in words):
                return Step(guide.id, guide.title, key, MARK.sub("", sentence.strip()))
    return None
