"""Which groups of digits, typed one after another, make up a personal number.

People write 138 0013 8000 or 371002-19900101-123X, and put a year, an amount or a landline right beside it. So
groups are joined in the order of how sure a reading is, and what is plainly public keeps the rest apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.numbers import has_identity_check, has_luhn_check, is_date, is_identity, is_mobile, is_year

_LONGEST = 19  # places of the longest bank card
_AREA = re.compile(r"010|02\d|0[3-9]\d\d")
# How many digits people put in a group.
_MOBILE_SHAPES = frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (5, 6), (6, 5)})
_IDENTITY_SHAPES = frozenset({(6, 8, 4), (6, 12), (6, 4, 4, 4), (6, 4, 2, 2, 4), (3, 3, 4, 4, 4), (6, 8, 3, 1)})
_OLD_IDENTITY_SHAPES = frozenset({(6, 6, 3), (1,) * 15})
_CODE = re.compile(r"\A(?:0|(?:00)?86)(?=1|$)")  # before a mobile number, with a gap or without


class Kind(StrEnum):
    """What was found; the value is what stands in its place, between 【】."""

    IDENTITY = "身份证号"
    MOBILE = "手机号"
    BANK_CARD = "银行卡号"
    SOCIAL_CARD = "社保卡号"
    EMAIL = "邮箱"
    LONG_NUMBER = "号码"


@dataclass(frozen=True)
class Group:
    """Digits without a gap at `text[start:end]`, the last may be X; `gap` is what separates it from the one before."""

    start: int
    end: int
    digits: str
    gap: str


@dataclass(frozen=True)
class Found:
    """A personal number at `text[start:end]`."""

    start: int
    end: int
    kind: Kind


_Groups = Sequence[Group]
_Reading = tuple[int, Kind | None]  # how many groups it takes from an index on, 0 for none; None is a public number


def personal_numbers(groups: _Groups) -> list[Found]:
    """The personal numbers among `groups`, which stand next to each other in one text, in their order."""
    found: list[Found] = []
    pieces = [groups]
    for read in (
        _spelled,
        _alone,
        _identity,
        _usual_shape,
        _public,
        _whole,
        _mobile,
        _short_public,
        _whole_rest,
    ):
        pieces = [rest for piece in pieces for rest in _take(piece, read, found)]
    return sorted(found, key=lambda item: item.start)


def _take(groups: _Groups, read: Callable[[_Groups, int], _Reading], found: list[Found]) -> Iterator[_Groups]:
    """Add what `read` recognises as personal to `found` and yield the pieces that it leaves."""
    begin = index = 0
    while index < len(groups):
        width, kind = read(groups, index)
        if width == 0:
            index += 1
            continue
        if kind is not None:
            found.append(Found(groups[index].start, groups[index + width - 1].end, kind))
        if begin < index:
            yield groups[begin:index]
        begin = index = index + width
    if begin < len(groups):
        yield groups[begin:]


def _joined(groups: _Groups, index: int) -> Iterator[tuple[_Groups, str]]:
    """The groups from `index` on with their digits put together: one, two, … while a number can be that long."""
    digits = ""
    for end in range(index, len(groups)):
        digits += groups[end].digits
        if len(digits) > _LONGEST:
            return
        yield groups[index : end + 1], digits


def _longest(groups: _Groups, index: int, test: Callable[[_Groups, str], Kind | None]) -> _Reading:
    best: _Reading = (0, None)
    for several, digits in _joined(groups, index):
        kind = test(several, digits)
        if kind is not None:
            best = (len(several), kind)
    return best


def _alone(groups: _Groups, index: int) -> _Reading:
    """One group that is a personal number by itself."""
    digits = groups[index].digits
    kind: Kind | None = None
    if digits.endswith("X"):
        kind = Kind.IDENTITY if len(digits) == 18 else None
    elif is_identity(digits) or has_identity_check(digits):
        kind = Kind.IDENTITY
    elif is_mobile(digits) or (len(digits) == 11 and digits[0] == "1"):
        kind = Kind.MOBILE
    elif 16 <= len(digits) <= _LONGEST or (13 <= len(digits) <= 15 and _is_short_card(digits)):
        kind = Kind.BANK_CARD
    elif len(digits) > _LONGEST:
        kind = Kind.LONG_NUMBER
    return (0, None) if kind is None else (1, kind)


def _is_short_card(digits: str) -> bool:
    return digits[0] in "3456" and has_luhn_check(digits)


def _spelled(groups: _Groups, index: int) -> _Reading:
    """So many single digits in a row that together they are one number, or several."""
    if index and len(groups[index - 1].digits) == 1:
        return (0, None)
    width = next((at for at, group in enumerate(groups[index:]) if len(group.digits) > 1), len(groups) - index)
    if width < 16:
        return (0, None)
    return (width, {18: Kind.IDENTITY}.get(width, Kind.BANK_CARD) if width <= _LONGEST else Kind.LONG_NUMBER)


def _identity(groups: _Groups, index: int) -> _Reading:
    def test(several: _Groups, digits: str) -> Kind | None:
        shape = _shape(several)
        if len(digits) == 18:
            sure = digits[-1] == "X" or shape in _IDENTITY_SHAPES or is_identity(digits)
        else:
            sure = shape in _OLD_IDENTITY_SHAPES and is_identity(digits)
        return Kind.IDENTITY if sure else None

    return _longest(groups, index, test)


def _usual_shape(groups: _Groups, index: int) -> _Reading:
    """A card in fours, or a mobile number in the groups that people use."""

    def test(several: _Groups, digits: str) -> Kind | None:
        shape = _shape(several)
        if shape[:4] == (4, 4, 4, 4) and len(shape) <= 5 and digits[0] in "3456789":
            return Kind.BANK_CARD
        bare = _CODE.sub("", several[0].digits)
        shape = (len(bare), *shape[1:]) if bare else shape[1:]
        mobile = shape in _MOBILE_SHAPES and _CODE.sub("", digits).startswith("1")
        return Kind.MOBILE if mobile and not (shape == (4, 4, 3) and is_year(bare)) else None

    return _longest(groups, index, test)


def _shape(groups: _Groups) -> tuple[int, ...]:
    return tuple(len(group.digits) for group in groups)


def _mobile(groups: _Groups, index: int) -> _Reading:
    """A mobile number in any groups."""
    if is_year(groups[index].digits):
        return (0, None)
    return _longest(groups, index, lambda _, digits: Kind.MOBILE if is_mobile(digits) else None)


def _whole(groups: _Groups, index: int) -> _Reading:
    """All groups together have the places of a bank card, and are not a row of years or hotlines."""
    public = sum(_short_public(groups, at)[0] for at in range(len(groups))) if not index else 0
    if index or public > 1 or not 16 <= _places(groups) <= _LONGEST:
        return (0, None)
    return (len(groups), Kind.BANK_CARD)


def _whole_rest(groups: _Groups, index: int) -> _Reading:
    """So many digits in a row that some of them may be personal."""
    return (0, None) if index or _places(groups) < 16 else (len(groups), Kind.LONG_NUMBER)


def _places(groups: _Groups) -> int:
    return sum(len(group.digits) for group in groups)


def _public(groups: _Groups, index: int) -> _Reading:
    """A landline, a 400 or 800 number, a date, or a pair around a point: a time or an amount."""
    width = _landline(groups, index) or _date(groups, index) or _point(groups, index)
    return (width, None)


def _landline(groups: _Groups, index: int) -> int:
    first, rest = groups[index].digits, groups[index + 1 : index + 4]
    if first not in ("400", "800") and not _AREA.fullmatch(first):
        return 0
    if index and (not rest or rest[0].gap != "-" or groups[index].gap == "-"):
        return 0  # in the middle of a row, groups that begin with 0 are rather part of a card
    return next((1 + width for width in (1, 2, 3) if _places(rest[:width]) in (7, 8)), 0)


def _date(groups: _Groups, index: int) -> int:
    first, parts = groups[index].digits, [group.digits for group in groups[index + 1 : index + 3]]
    if len(first) == 8:
        return int(is_date(first[:4], first[4:6], first[6:]))
    short = [part for part in parts if len(part) <= 2]
    return next((1 + n for n in (2, 1) if short[:n] == parts[:n] != [] and is_date(first, *parts[:n])), 0)


def _point(groups: _Groups, index: int) -> int:
    points = [group.gap == "." for group in groups[index : index + 3]]
    alone = points[:2] == [False, True] and True not in points[2:]
    return 2 if alone and len(groups[index + 1].digits) <= 2 else 0


def _short_public(groups: _Groups, index: int) -> _Reading:
    """A year, or a hotline such as 12333 or 95588."""
    digits = groups[index].digits
    return (1, None) if is_year(digits) or (len(digits) == 5 and digits[0] in "19") else (0, None)
