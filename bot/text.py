"""Normalising what people type: one form for one meaning, nothing invisible, Chinese punctuation as it was."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol, cast

# What NFKC would fold into ASCII or strip of its meaning, but Chinese text and our data use as it is.
_KEPT = "，：；？！（）～…①-⑳"
_FOLDED = re.compile(f"[^{_KEPT}]+")
# Letters and marks that show nothing: fillers, joiners, variation selectors. (Cf, Cc and Cs go by category.)
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACE = re.compile(r"[\s\u2800]+")
_ENTITIES = re.compile(r"\{.*\}")
_PASSES = 3  # a few dozen of OpenCC's phrases end in a character it would turn again (藴 → 蕰 → 蕴)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})  # control, format (bidi, zero-width, tags), lone surrogates


class _Converter(Protocol):
    def convert(self, string: str) -> str: ...


def normalise(text: str) -> str:
    """`text` as one line in simplified characters, half-width letters and digits, single spaces, none at the ends.

    Zero-width, bidi, tag and control characters and lone surrogates are gone, so the result can be stored
    and sent anywhere. Normalising twice changes nothing more.
    """
    seen = visible(_SPACE.sub(" ", text))
    folded = _FOLDED.sub(lambda part: unicodedata.normalize("NFKC", part[0]), seen)
    return _SPACE.sub(" ", simplified(folded)).strip()


def visible(text: str) -> str:
    """`text` without the characters that a reader cannot see; spaces stay, other white space goes."""
    shown = "".join(char for char in text if unicodedata.category(char) not in _HIDDEN_CATEGORIES)
    return _BLANK.sub("", shown)


def simplified(text: str) -> str:
    """`text` with traditional characters turned into simplified ones, by phrases first (乾隆 stays, 乾燥 changes)."""
    for _ in range(_PASSES):
        before, text = text, _converter().convert(text)
        if text == before:
            break
    return text


def without_command(text: str) -> str:
    """Normalised `text` without leading slashes: Rasa would run what follows one as a command.

    What a command carries in braces goes too: a person's words are not in it.
    """
    bare = text.lstrip("/ ")
    return bare if bare == text else _ENTITIES.sub("", bare)


@cache
def _converter() -> _Converter:
    from opencc import OpenCC  # reads its dictionaries: not at import

    return cast(_Converter, OpenCC("t2s"))
