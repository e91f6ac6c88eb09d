"""Over a corpus of two thousand numbers: nearly every personal one is masked, hardly any public one is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from privacy_corpus import SIZE, Case, corpus

from bot.privacy import mask
from bot.text import normalise

RECALL = 0.995
FALSE_MARKS = 0.005
NUMERALS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
Seen = Callable[[str], str]


def as_typed(text: str) -> str:
    return text


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return corpus()


def readable(text: str) -> str:
    """The digits and numerals of a text, whatever they are written in."""
    return "".join(char for char in text if char in NUMERALS or unicodedata.normalize("NFKC", char)[:1].isdecimal())


def leaks(case: Case, seen: Seen) -> bool:
    """Whether a digit of the number, or an address, can still be read; its country may be."""
    masked = mask(seen(case.text)).text
    around = readable(case.before), readable(case.after)
    return "@" in masked or readable(masked) not in {"".join(around), "86".join(around)}


def spoils(case: Case, seen: Seen) -> bool:
    """Whether something was masked that is no personal number."""
    masked = mask(seen(case.text)).text
    if not case.number:
        return masked != seen(case.text)
    return not (masked.startswith(seen(case.before)) and masked.endswith(seen(case.after)))


@pytest.mark.parametrize("seen", [as_typed, normalise])
def test_personal_numbers_are_found(cases: list[Case], seen: Seen) -> None:
    personal = [case for case in cases if case.number]
    missed = [shown(case, seen) for case in personal if leaks(case, seen)]
    assert 1 - len(missed) / len(personal) >= RECALL, "\n".join([f"{len(missed)} of {len(personal)}", *missed])


@pytest.mark.parametrize("seen", [as_typed, normalise])
def test_public_numbers_are_left_alone(cases: list[Case], seen: Seen) -> None:
    marked = [shown(case, seen) for case in cases if spoils(case, seen)]
    assert len(marked) / len(cases) <= FALSE_MARKS, "\n".join([f"{len(marked)} of {len(cases)}", *marked])


def shown(case: Case, seen: Seen) -> str:
    """A case and what became of it."""
    return f"{case.group}: {case.text!r} → {mask(seen(case.text)).text!r}"


def test_the_corpus_is_whole_and_always_the_same(cases: list[Case]) -> None:
    assert len({case.text for case in cases}) == SIZE
    assert sum(bool(case.number) for case in cases) == SIZE // 2
    assert cases == corpus()
    groups = {case.group for case in cases}
    assert {"mobile, hidden", "identity, formal", "card, numerals", "landline", "hours", "document"} <= groups
