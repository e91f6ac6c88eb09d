"""Sparse features: character n-grams of a text, and of how it sounds, so that homophones and typed pinyin count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from index.e5 import Floats

_LETTERS = re.compile(r"[a-zü]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# What northern ears and keyboards take for each other: 平翘舌、前后鼻音.
_ALIKE = ((re.compile(r"([zcs])h"), r"\1"), (re.compile(r"ng\b"), "n"))
TINY = 1e-9
_SPELLED_SHARE = 0.8  # of a text's letters must read as pinyin: names and abbreviations may stand among them


class NGrams:
    """TF-IDF over character n-grams, kept as a vocabulary and an array instead of a pickle."""

    def __init__(self, ngrams: tuple[int, int], min_count: int = 1) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=ngrams, min_df=min_count, sublinear_tf=True, dtype=np.float32
        )
        self._grams_of = self._vectorizer.build_analyzer()
        self._columns: dict[str, int] = {}
        self._idf = np.zeros(0, np.float32)

    def fit(self, texts: Sequence[str]) -> Any:
        """Learn the n-grams; gives the sparse f32 features [len(texts), n-grams]."""
        features = self._vectorizer.fit_transform(texts)
        self._columns, self._idf = self._vectorizer.vocabulary_, self._vectorizer.idf_.astype(np.float32)
        return features

    def __call__(self, texts: Sequence[str]) -> Any:
        """The same features of other texts; scikit-learn's own way takes five times as long for a single one."""
        if not texts:
            return csr_matrix((0, len(self._idf)), dtype=np.float32)
        rows = [self._row(text) for text in texts]
        columns, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        ends = np.cumsum([0, *(len(own) for own, _ in rows)])
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self._idf)))

    def _row(self, text: str) -> tuple[npt.NDArray[np.int32], Floats]:
        """The columns of a text's n-grams and their weights, of length one together."""
        counts = Counter(column for gram in self._grams_of(text) if (column := self._columns.get(gram)) is not None)
        columns = np.fromiter(counts, np.int32, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._idf[columns]
        return columns, weights / max(np.linalg.norm(weights), np.float32(TINY))

    def state(self) -> tuple[list[str], Floats]:
        """The n-grams in the order of their columns, and their idf."""
        return sorted(self._columns, key=self._columns.__getitem__), self._idf

    @classmethod
    def restore(cls, ngrams: tuple[int, int], vocabulary: list[str], idf: Floats) -> NGrams:
        features = cls(ngrams)
        features._columns, features._idf = {gram: column for column, gram in enumerate(vocabulary)}, idf
        return features


def pronounced(text: str) -> str:
    """How a text sounds: toneless syllables with look-alike sounds made one, without spaces; letters stay as typed."""
    from pypinyin import lazy_pinyin

    return "".join(_sound(part) for part in lazy_pinyin(text, errors=_latin))


def is_spelled(text: str) -> bool:
    """Whether a text is Chinese typed in toneless pinyin: no Chinese characters, and its words read as syllables."""
    words = _LETTERS.findall(text.casefold())
    if _HAN.search(text) or not words:
        return False
    read = sum(len(word) for word in words if syllables_of(word))
    return read >= _SPELLED_SHARE * sum(map(len, words))


def syllables_of(word: str) -> tuple[str, ...]:
    """The syllables that a run of letters is made of, longest first where several readings fit; none if it is not."""
    known = _syllables()
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before, last = ways[start], word[start:end]
            if before is not None and last in known and (ways[end] is None or len(before) < len(ways[end] or ())):
                ways[end] = (*before, last)
    return ways[-1] or ()


@cache
def _syllables() -> frozenset[str]:
    from pypinyin import Style, pinyin_dict
    from pypinyin.style import convert

    readings = {reading for entry in pinyin_dict.pinyin_dict.values() for reading in entry.split(",")}
    plain = {convert(reading, Style.NORMAL, strict=False) for reading in readings}
    return frozenset(one for one in plain if len(one) > 1 or one in "aeo")


def _latin(run: str) -> str:
    """What is no Chinese character: letters as they sound where they are syllables, and digits."""
    words = re.findall(r"[a-zü]+|\d+", run.casefold())
    return "".join(_sound(part) for word in words for part in syllables_of(word) or (word,))


def _sound(syllable: str) -> str:
    for pattern, one in _ALIKE:
        syllable = pattern.sub(one, syllable)
    return syllable
