"""One wording for what is said in nearly the same words; attacks and noise told from questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from bot.learn.mine.config import MiningConfig

NEARLY = 0.75  # alike from which on a wording is a double of one in another class
_SIGNS = re.compile(r"[\W_]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LABEL = re.compile(r"【[^】]*】")


def alike(one: str, other: str) -> float:
    """Share of character pairs in common (Jaccard), 0 to 1."""
    mine, theirs = pairs(one), pairs(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


@lru_cache(maxsize=65_536)
def pairs(text: str) -> frozenset[str]:
    """Every two characters that stand side by side, signs left out."""
    bare = _SIGNS.sub("", text.lower())
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def core(text: str, config: MiningConfig) -> str:
    """A wording without courtesies and signs, by which doubles are found."""
    for filler in config.fillers:
        text = text.replace(filler, "")
    bare = _SIGNS.sub("", text.lower())
    return bare.rstrip(config.trailing) or bare


def is_noise(text: str, config: MiningConfig) -> bool:
    """Whether a message is an attack, an advertisement, or says nothing in Chinese."""
    bare = _LABEL.sub("", text)
    if not config.shortest <= len(bare) <= config.longest or len(_CHINESE.findall(bare)) < config.shortest:
        return True
    return any(re.search(pattern, bare, re.IGNORECASE) for pattern in config.noise)


def groups_of_doubles(texts: Sequence[str], share: float) -> list[int]:
    """A number for each text, the same for those that share that much of their character pairs, one after another."""
    if len(texts) < 2:
        return list(range(len(texts)))
    marked = [f"{text}" if len(text) > 1 else f"{text} " for text in texts]
    grams = CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True, dtype=np.float32).fit_transform(marked)
    common = (grams @ grams.T).tocoo()
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    near = common.data >= share * (sizes[common.row] + sizes[common.col] - common.data)
    common.data = near.astype(np.float32)
    common.eliminate_zeros()
    return [int(label) for label in connected_components(common, directed=False)[1]]
