"""Facets and popular names of guides that nobody has annotated, out of their titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.book.facets import Facet, FacetValue

MATTER, AUDIENCE = "matter", "audience"
_DERIVED = (AUDIENCE, "person", "status")
_MOST_CHARS = 14  # of a button
_WHO = "(?:人员|职工|工作人员)?的?"  # that goes with a word for a facet
_EMPTY = re.compile(r"[（(][）)]")
_NAME = re.compile(r"[（(]?([\u4e00-\u9fff]{2,8}?)的?[）)]?")
_DOES = re.compile(r"(?:申领|申请|办理|登记|申报|核定|提取|领取|备案|变更|审批|确认)$")


@dataclass(frozen=True)
class Derived:
    """What a title says of its guide; the matter is what is left of it without the rest."""

    facets: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Derivation:
    """By title; and the facet values that data/facets.yml has not yet, with their buttons and synonyms."""

    guides: Mapping[str, Derived]
    new_values: Mapping[str, Mapping[str, FacetValue]]


def derive(titles: Sequence[str], facets: Mapping[str, Facet]) -> Derivation:
    """Facets and aliases of guides with these titles: siblings share a matter and differ in another facet."""
    read = {title: _read(title, facets) for title in titles}
    found = {title: of for title, (of, _) in read.items()}
    stems = {title: stem for title, (_, stem) in read.items()}
    new: dict[str, dict[str, FacetValue]] = {AUDIENCE: {}, MATTER: {}}
    known = _meanings(facets)
    _name_siblings(found, stems, known, new[AUDIENCE])
    guides = {}
    for title in titles:
        stem = stems[title]
        facet, value = known.get(stem, (MATTER, stem))
        matter = value if facet == MATTER else title
        aliases = _aliases(title, stem)
        if matter not in facets[MATTER].values:
            words = [word for word in _aliases(matter, matter) if word not in known and word != matter]
            new[MATTER].setdefault(matter, FacetValue(matter[:_MOST_CHARS], tuple(words)))
        guides[title] = Derived({**found[title], MATTER: (matter,)}, aliases)
    return Derivation(guides, {facet: values for facet, values in new.items() if values})


def _words(facet: Facet) -> list[tuple[str, str]]:
    """What is said for each value, longest first."""
    words = [(word, value) for value, own in facet.values.items() for word in (value, own.title, *own.synonyms)]
    return sorted(words, key=lambda item: -len(item[0]))


def _meanings(facets: Mapping[str, Facet]) -> dict[str, tuple[str, str]]:
    return {word: (name, value) for name, facet in facets.items() for word, value in _words(facet)}


def _read(title: str, facets: Mapping[str, Facet]) -> tuple[dict[str, tuple[str, ...]], str]:
    """The facets that a title names, and what is left of it; what one facet has taken is no other's."""
    found: dict[str, tuple[str, ...]] = {}
    left = title
    for name in _DERIVED:
        hit = next(((word, value) for word, value in _words(facets[name]) if word in left), None)
        if hit:
            found[name] = (hit[1],)
            left = _EMPTY.sub("", re.sub(re.escape(hit[0]) + _WHO, "", left, count=1))
    return found, left.strip("的 ") or title


def _name_siblings(
    found: dict[str, dict[str, tuple[str, ...]]],
    stems: dict[str, str],
    known: Mapping[str, tuple[str, str]],
    new: dict[str, FacetValue],
) -> None:
    """职工医保登记 beside 居民医保登记: what a title has besides the stem of a sibling is who it is for."""
    told = {stems[title] for title, of in found.items() if AUDIENCE in of}
    for title, of in found.items():
        for stem in sorted(told, key=len, reverse=True):
            rest = _NAME.fullmatch(stems[title].replace(stem, "", 1))
            if AUDIENCE in of or stem not in stems[title] or rest is None:
                continue
            who = rest[1]
            if known.get(who, (AUDIENCE,))[0] == AUDIENCE:
                of[AUDIENCE] = (known[who][1] if who in known else who,)
                new.update({} if who in known else {who: FacetValue(who, ())})
                stems[title] = stem


def _aliases(title: str, stem: str) -> tuple[str, ...]:
    """What people may call it: without brackets, without who it is for, without what is done."""
    bare = re.sub(r"[（(][^（）()]*[）)]", "", title)
    short = [name for name in (_DOES.sub("", bare), _DOES.sub("", stem)) if len(name) > 1]
    return tuple(dict.fromkeys(name for name in (bare, stem, *short) if name != title)) or (title,)
