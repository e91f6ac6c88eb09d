"""Words that are said now and were not before, each with messages of its own."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.learn.figures.config import FiguresConfig

_MASKED = re.compile(r"【[^】]*】")
_STRETCH = re.compile(r"[\u3400-\u9fffa-zA-Z]+")
_LENGTHS = (2, 3, 4, 5, 6)  # characters of a word
_SAME = 0.8  # a longer word takes the place of a part of it that is rarely said otherwise


@dataclass(frozen=True)
class NewWord:
    """A word, in how many conversations it was said in the last days and in those before, and how sure it is (z)."""

    word: str
    recent: int
    base: int
    z: float
    example: str


def new_words(recent: Sequence[str], base: Sequence[str], config: FiguresConfig) -> list[NewWord]:
    """The words of recent texts that base texts lack, the surest first; a text is all that one conversation said.

    Log-odds with an informative Dirichlet prior, the counts of both sides together (Monroe, Colaresi and Quinn 2008,
    "Fightin' Words", section 3.5.1); words are runs of characters, for what is new stands in no dictionary. A word
    counts with the texts that no surer one explains, so that one new matter is one word and not all its pieces.
    """
    parts = [parts_of(text) for text in recent]
    now, before = Counter(word for own in parts for word in own), Counter(w for text in base for w in parts_of(text))
    sure = log_odds(now, before, len(recent), len(base))
    candidates = [word for word in now if now[word] >= config.word_least and sure[word] >= config.word_z]
    left = set(range(len(recent)))
    found: list[NewWord] = []
    for word in sorted(candidates, key=lambda word: (-sure[word], -len(word), word)):
        whole = _longest(word, candidates, now)
        own = {row for row in left if whole in parts[row]}
        if len(own) < config.word_least or len(found) == config.words_most:
            continue
        if log_odds({whole: len(own)}, before, len(recent), len(base))[whole] >= config.word_z:
            example = min((recent[row] for row in own), key=lambda text: (len(text), text))
            found.append(NewWord(whole, now[whole], before[whole], round(sure[whole], 2), example))
            left -= {row for row in left if word in parts[row]}
    return found


def log_odds(now: Mapping[str, int], before: Mapping[str, int], texts: int, texts_before: int) -> dict[str, float]:
    """For each word of `now`, by how many standard deviations its odds have risen.

    The prior is what both sides say together, and weighs as much as the smaller of them.
    """
    weight = min(texts, texts_before)
    scale = weight / max(texts + texts_before, 1)
    sure = {}
    for word, count in now.items():
        prior = scale * (count + before.get(word, 0))
        here, there = count + prior, before.get(word, 0) + prior
        rise = _logit(here, texts + weight) - _logit(there, texts_before + weight)
        sure[word] = rise / math.sqrt(1 / here + 1 / there)
    return sure


def _logit(count: float, of: float) -> float:
    return math.log(count / max(of - count, 0.5))


def parts_of(text: str) -> frozenset[str]:
    """Every run of two to six characters within a stretch of letters."""
    found = set()
    for stretch in _STRETCH.findall(_MASKED.sub(" ", text)):
        found |= {stretch[at : at + size] for size in _LENGTHS for at in range(len(stretch) - size + 1)}
    return frozenset(found)


def _longest(word: str, candidates: Collection[str], now: Mapping[str, int]) -> str:
    """The longest candidate around a word that is said nearly as often."""
    around = (one for one in candidates if word in one and now[one] >= _SAME * now[word])
    return max(around, key=lambda one: (len(one), now[one], one))
