"""Two editions compared: which guide is which, and what was changed in them, white space aside."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count

from bot.book.guide import Guide
from bot.book.titles import Printed

ADDED, REMOVED, RETITLED, MOVED, PAGE, SECTION = "added", "removed", "retitled", "moved", "page", "section"
SAME_TEXT, SAME_TITLE = 0.75, 0.4  # how alike a guide under a new title is to the one it was; siblings' texts are alike
_AROUND = 6  # characters shown on each side of what differs


@dataclass(frozen=True)
class Change:
    """One edit. `section` is a section key where one was changed, added or removed; `before` and `after` show how."""

    kind: str
    guide: str
    title: str
    section: str = ""
    before: str = ""
    after: str = ""


def compare(old: Sequence[Guide], new: Sequence[Guide]) -> list[Change]:
    """The edits that make `new` of `old`, both in their books' order: by guide, then guides that are gone."""
    before = {guide.id: guide for guide in old}
    kept = [guide.id for guide in new if guide.id in before]
    stayed = _in_order([list(before).index(guide) for guide in kept])
    moved = {guide for place, guide in enumerate(kept) if place not in stayed}
    changes: list[Change] = []
    for guide in new:
        if guide.id not in before:
            changes.append(Change(ADDED, guide.id, guide.title))
            continue
        changes += _within(before[guide.id], guide)
        if guide.id in moved:
            changes.append(Change(MOVED, guide.id, guide.title, after=_after(new, guide)))
    gone = set(before) - set(kept)
    return changes + [Change(REMOVED, guide.id, guide.title) for guide in old if guide.id in gone]


def ids_for(printed: Sequence[Printed], old: Sequence[Guide], taken: Sequence[str]) -> list[str]:
    """The id of each printed guide: that of the old one it is, else a new one beyond all that are taken."""
    by_title = {guide.title: guide.id for guide in old}
    found = {place: by_title[one.title] for place, one in enumerate(printed) if one.title in by_title}
    left = [guide for guide in old if guide.id not in found.values()]
    scored = sorted(
        (
            (_alike(one, guide), place, guide.id)
            for place, one in enumerate(printed)
            for guide in left
            if place not in found
        ),
        key=lambda item: (-item[0], item[1]),
    )
    for score, place, guide_id in scored:
        if score >= SAME_TEXT and place not in found and guide_id not in found.values():
            found[place] = guide_id
    new = fresh_ids(taken)
    return [found[place] if place in found else next(new) for place in range(len(printed))]


def fresh_ids(taken: Sequence[str]) -> Iterator[str]:
    """Ids beyond all that are taken, without end."""
    highest = max((int(guide[1:]) for guide in taken), default=0)
    return (f"g{number:02d}" for number in count(highest + 1))


def _alike(printed: Printed, guide: Guide) -> float:
    if SequenceMatcher(None, printed.title, guide.title, autojunk=False).ratio() < SAME_TITLE:
        return 0.0
    text = "".join("".join(f"{part.heading}{part.text}".split()) for part in (*guide.sections.values(), *guide.extras))
    return SequenceMatcher(None, printed.text, text, autojunk=False).ratio()


def _in_order(places: Sequence[int]) -> set[int]:
    """Which positions of the list make up its longest rising run, gaps allowed: what was not moved."""
    ends: list[int] = []
    at: list[int] = []
    previous: list[int] = []
    for position, place in enumerate(places):
        size = bisect_left(ends, place)
        ends[size : size + 1] = [place]
        at[size : size + 1] = [position]
        previous.append(at[size - 1] if size else -1)
    kept: set[int] = set()
    position = at[-1] if at else -1
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return kept


def _after(guides: Sequence[Guide], guide: Guide) -> str:
    place = guides.index(guide)
    return guides[place - 1].title if place else ""


def _within(old: Guide, new: Guide) -> Iterator[Change]:
    """What was changed in one guide."""
    if old.title != new.title:
        yield Change(RETITLED, new.id, new.title, before=old.title, after=new.title)
    if old.page != new.page:
        yield Change(PAGE, new.id, new.title, before=str(old.page), after=str(new.page))
    before, after = _texts(old), _texts(new)
    for key in dict.fromkeys((*after, *before)):
        heading_and_text = before.get(key, ("", "")), after.get(key, ("", ""))
        for one, other in zip(*heading_and_text, strict=True):
            if one != other:
                shown = _difference(one, other)
                yield Change(SECTION, new.id, new.title, key, *shown)
                break


def _texts(guide: Guide) -> Mapping[str, tuple[str, str]]:
    """Heading and text of each part, without white space."""
    parts = (*guide.sections.values(), *guide.extras)
    return {part.key: (part.heading, "".join(part.text.split())) for part in parts}


def _difference(one: str, other: str) -> tuple[str, str]:
    """Both from where they begin to differ to where they are the same again, with a little around it."""
    least = min(len(one), len(other))
    head = next((place for place in range(least) if one[place] != other[place]), least)
    tail = next((n for n in range(least - head) if one[-1 - n] != other[-1 - n]), least - head)
    begin, end = max(0, head - _AROUND), max(0, tail - _AROUND)
    return one[begin : len(one) - end], other[begin : len(other) - end]
