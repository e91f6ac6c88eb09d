"""Find and mask personal numbers before anything is stored, logged or sent on.

Masked are identity numbers, mobile numbers, bank cards, social security cards and e-mail addresses, also when
they are typed full-width, in Chinese numerals, in groups or with hyphens. What the guides print stays: landlines,
12333, 400 numbers, dates, times and amounts. In doubt a long number is masked: nothing a citizen has to tell the
assistant has sixteen digits. Time grows linearly with the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.digits import Found, Group, Kind, personal_numbers

__all__ = ["Found", "Kind", "Masked", "find", "mask"]

_GAP = r"[ \-._]{0,3}"
_NEXT_YEAR = r"[ \-._]{1,3}(?:19|20)\d\d ?年"
_RUN = re.compile(rf"\d(?:{_GAP}\d)*(?:{_GAP}X(?![A-Z\d]))?", re.ASCII)
_GROUP = re.compile(r"\d+X?|X", re.ASCII)
_LOCAL = r"A-Z0-9._%+\-"
_EMAIL = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]+ ?@ ?[A-Z0-9\-]+(?: ?\. ?[A-Z0-9\-]+)+", re.ASCII)
# The number on a card has no form of its own: it is known by what is said before it, or by its letter.
_SOCIAL_CARD = re.compile(
    r"(?:社保卡|社会保障卡?|社保|医保卡?|个人|电脑)(?:号码?|编号|卡号|[账帐]号)[ :,()，（）是为叫]{0,4}"
    rf"([A-Z]{{0,3}}(?:\d{{8,12}}(?!\d)|(?:{_GAP}\d){{6,12}}?(?:(?!{_GAP}\d)|(?={_NEXT_YEAR}))))",
    re.ASCII,
)
_LETTER_CARD = re.compile(r"(?<![A-Z\d])[A-Z]\d{8}(?![A-Z\d])", re.ASCII)
_FIGURES_OF_WORDS = str.maketrans(
    "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖0123456789", "001234567891123456789" + "\0" * 10
)


@dataclass(frozen=True)
class Masked:
    """A text with 【手机号】 and the like in place of personal numbers, and what was masked, in order."""

    text: str
    kinds: tuple[Kind, ...]


def mask(text: str) -> Masked:
    """`text` without personal numbers. Masking twice changes nothing more."""
    found = find(text)
    parts: list[str] = []
    end = 0
    for item in found:
        parts += text[end : item.start], f"【{item.kind.value}】"
        end = item.end
    return Masked("".join((*parts, text[end:])), tuple(item.kind for item in found))


def find(text: str) -> list[Found]:
    """The personal numbers in `text`, in their order, not overlapping."""
    found: list[Found] = []
    places = [place for place, char in enumerate(text) if _plain(char)]
    plain = "".join(map(_plain, text))
    for items in (_emails, _social_cards, _letter_cards, _numbers, _numbers_in_words):
        new = list(items(plain))
        plain = _blanked(plain, new)
        found += new
    in_text = (Found(places[item.start], places[item.end - 1] + 1, item.kind) for item in found)
    return sorted(in_text, key=lambda item: item.start)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """ASCII digits, capitals, one kind of hyphen, point and space; nothing for what shows nothing or only a frame."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd" or char in "−ー":
        return "-"
    if char in "·•・‧．":
        return "."
    if char.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", char).upper()
    return folded if len(folded) == 1 else char


def _emails(plain: str) -> Iterator[Found]:
    return (Found(match.start(), match.end(), Kind.EMAIL) for match in _EMAIL.finditer(plain))


def _social_cards(plain: str) -> Iterator[Found]:
    return (Found(match.start(1), match.end(1), Kind.SOCIAL_CARD) for match in _SOCIAL_CARD.finditer(plain))


def _letter_cards(plain: str) -> Iterator[Found]:
    return (Found(match.start(), match.end(), Kind.SOCIAL_CARD) for match in _LETTER_CARD.finditer(plain))


def _numbers(plain: str) -> Iterator[Found]:
    for run in _RUN.finditer(plain):
        yield from personal_numbers(_groups(plain, run.start(), run.end()))


def _numbers_in_words(plain: str) -> Iterator[Found]:
    """Numbers in Chinese numerals: 一三八…; those in figures were looked for already."""
    return _numbers(plain.translate(_FIGURES_OF_WORDS))


def _groups(plain: str, start: int, end: int) -> list[Group]:
    groups: list[Group] = []
    for match in _GROUP.finditer(plain, start, end):
        gap = plain[groups[-1].end : match.start()] if groups else ""
        groups.append(Group(match.start(), match.end(), match[0], gap))
    return groups


def _blanked(plain: str, found: list[Found]) -> str:
    """`plain` with the places of `found` taken by a character that is part of no number."""
    parts: list[str] = []
    end = 0
    for item in sorted(found, key=lambda item: item.start):
        parts += plain[end : item.start], "\0" * (item.end - item.start)
        end = item.end
    return "".join((*parts, plain[end:]))
