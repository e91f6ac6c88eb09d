"""Which guides the ranker takes for which, and how much of that stays among look-alikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.learn.score.ranking import Ranked

SMALL = 0.005  # mean probability below which a cell is left out


@dataclass(frozen=True)
class Family:
    """Look-alikes, and how the questions meant for one of them came out: right, at a sibling, or elsewhere."""

    guides: tuple[str, ...]
    n: int
    right: int
    sibling: int
    elsewhere: int


@dataclass(frozen=True)
class Pair:
    """How often one guide was meant and another found likeliest, and whether the two are of one family."""

    meant: str
    found: str
    times: int
    siblings: bool


@dataclass(frozen=True)
class Confusion:
    """Families in the book's order, pairs by how often, and the mean probability of each guide by what was meant."""

    families: tuple[Family, ...]
    pairs: tuple[Pair, ...]
    cells: Mapping[str, Mapping[str, float]]  # meant → found → mean probability


def families_of(alike: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Guides joined by a chain of look-alikes; each guide is in one family, if only its own."""
    left, families = dict.fromkeys(alike), []
    while left:
        family: list[str] = []
        waiting = [next(iter(left))]
        while waiting:
            guide = waiting.pop()
            if guide in left:
                del left[guide]
                family.append(guide)
                waiting += alike[guide]
        families.append(tuple(sorted(family)))
    return tuple(families)


def confuse(ranked: Sequence[Ranked], families: Sequence[tuple[str, ...]]) -> Confusion:
    """What the ranker found likeliest against what was meant; questions out of scope mean none and are left out."""
    asked = [one for one in ranked if one.wanted]
    home = {guide: family for family in families for guide in family}
    missed = Counter((one.meant, one.first) for one in asked if not one.right)
    pairs = [Pair(meant, found, times, found in home[meant]) for (meant, found), times in missed.most_common()]
    return Confusion(
        tuple(_family(family, [one for one in asked if one.meant in family]) for family in families),
        tuple(pairs),
        _cells(asked),
    )


def _family(guides: tuple[str, ...], asked: Sequence[Ranked]) -> Family:
    right = sum(one.right for one in asked)
    sibling = sum(not one.right and one.first in guides for one in asked)
    return Family(guides, len(asked), right, sibling, len(asked) - right - sibling)


def _cells(asked: Sequence[Ranked]) -> dict[str, dict[str, float]]:
    by_meant: dict[str, list[Ranked]] = {}
    for one in asked:
        by_meant.setdefault(one.meant, []).append(one)
    return {meant: _means(by_meant[meant]) for meant in sorted(by_meant)}


def _means(asked: Sequence[Ranked]) -> dict[str, float]:
    means = {guide: sum(one.guides[guide] for one in asked) / len(asked) for guide in sorted(asked[0].guides)}
    return {guide: round(mean, 4) for guide, mean in means.items() if mean >= SMALL}
