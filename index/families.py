"""Guides that could be taken for each other: one matter for someone else, or matters of nearly the same title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations

from bot.book.guide import Guide
from index.facets import MATTER, Said

ALIKE = 0.755  # share of two titles that is the same: 全额退费/清理账户退费 just have it, 核定支付/暂停拨付 just not


@dataclass(frozen=True)
class Families:
    """The look-alikes of one book, found in its guides' facets and titles."""

    guides: Mapping[str, Guide]

    def alike(self, guide: str) -> tuple[str, ...]:
        """The guide's look-alikes, without itself."""
        return self._alike[guide]

    def same_matter(self, guide: str) -> tuple[str, ...]:
        """The look-alikes that are the same matter for someone else."""
        return tuple(other for other in self.alike(guide) if MATTER not in self.apart(guide, other))

    def denies(self, guide: str, denied: Said) -> int:
        """Of how many facets all the values that the guide has are denied."""
        own = self.guides[guide].facets
        return sum(1 for facet, values in denied.items() if own.get(facet) and set(own[facet]) <= set(values))

    def about(self, matters: Iterable[str]) -> tuple[str, ...]:
        """The guides about any of these matters."""
        wanted = set(matters)
        return tuple(guide for guide, own in self.guides.items() if not wanted.isdisjoint(own.facets.get(MATTER, ())))

    def apart(self, one: str, other: str) -> frozenset[str]:
        """The facets by which two guides are told apart: both have values of them, and none in common."""
        mine, others = self.guides[one].facets, self.guides[other].facets
        return frozenset(f for f in mine if others.get(f) and set(mine[f]).isdisjoint(others[f]))

    def open(self, guide: str, spoken: Said, rivals: Iterable[str] = ()) -> dict[str, frozenset[str]]:
        """Look-alikes, and `rivals`, that nothing said tells from the guide, with the facets that would."""
        others = dict.fromkeys((*self.alike(guide), *rivals))
        apart = {other: self.apart(guide, other) for other in others if other != guide}
        return {
            other: facets
            for other, facets in apart.items()
            if facets and all(self._is_open(guide, other, facet, spoken) for facet in facets)
        }

    def contradicts(self, guide: str, said: Said, rivals: Iterable[str] = ()) -> int:
        """How many of the facets said rule the guide out, because a look-alike or a rival has the value that was said.

        A value that none of them has says nothing: who pays for himself draws his pension as a company's worker.
        """
        own = self.guides[guide].facets
        return sum(
            1
            for facet, values in said.items()
            if own.get(facet)
            and set(values).isdisjoint(own[facet])
            and (facet == MATTER or not self.choices(guide, facet, rivals).isdisjoint(values))
        )

    def _is_open(self, one: str, other: str, facet: str, spoken: Said) -> bool:
        """Whether what was said of a facet fits both guides; what no look-alike is about says nothing."""
        choices = self.choices(one, facet, (other,))
        said = choices.intersection(spoken.get(facet, ()))
        fits = [not said.isdisjoint(self.guides[guide].facets[facet]) for guide in (one, other)]
        return not said or all(fits)

    def choices(self, guide: str, facet: str, rivals: Iterable[str] = ()) -> set[str]:
        """The values of a facet among a guide, its look-alikes and rivals."""
        family = (guide, *self.alike(guide), *rivals)
        return {value for member in family for value in self.guides[member].facets.get(facet, ())}

    @cached_property
    def _alike(self) -> dict[str, tuple[str, ...]]:
        named = self._named_alike()
        return {one: tuple(o for o in self.guides if o != one and self._is_alike(one, o, named)) for one in self.guides}

    def _is_alike(self, one: str, other: str, named: Mapping[str, set[str]]) -> bool:
        if MATTER in self.apart(one, other):
            return other in named[one]
        return not set(self.guides[one].facets.get(MATTER, ())).isdisjoint(self.guides[other].facets.get(MATTER, ()))

    def _named_alike(self) -> dict[str, set[str]]:
        """For each guide those that nothing but the matter tells from it, by titles alike to its own or to theirs."""
        groups = {guide: {guide} for guide in self.guides}
        for one, other in combinations(self.guides, 2):
            titles = self.guides[one].title, self.guides[other].title
            if self.apart(one, other) == {MATTER} and SequenceMatcher(None, *titles, autojunk=False).ratio() >= ALIKE:
                merged = groups[one] | groups[other]
                groups.update(dict.fromkeys(merged, merged))
        return groups
