"""Wordings: what was said, once for all who said it in nearly the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.learn.mine.config import MiningConfig
from bot.learn.mine.doubles import core, groups_of_doubles
from bot.learn.mine.worth import Reason, Worth


@dataclass(frozen=True)
class Wording:
    """The most frequent of a group of doubles; how often all of them were said, why looked at, what was meant."""

    text: str
    count: int
    reasons: Mapping[str, int]
    meant: Mapping[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # the doubles, word for word

    def value(self, config: MiningConfig) -> float:
        """How much there is to learn from it."""
        return sum(config.worth.get(reason, config.worth["margin"]) * n for reason, n in self.reasons.items())


def wordings(found: Iterable[Worth], config: MiningConfig) -> list[Wording]:
    """Doubles put together, the most valuable wordings first; the order of what is found does not matter."""
    by_core: dict[str, list[Worth]] = {}
    for worth in found:
        by_core.setdefault(core(worth.said.text, config), []).append(worth)
    cores = sorted(by_core)
    together: dict[int, list[Worth]] = {}
    for one, label in zip(cores, groups_of_doubles(cores, config.double), strict=True):
        together.setdefault(label, []).extend(by_core[one])
    made = [_wording(own) for own in together.values()]
    return sorted(made, key=lambda wording: (-wording.value(config), wording.text))


def _wording(own: Sequence[Worth]) -> Wording:
    texts = Counter(worth.said.text for worth in own)
    text = min(texts, key=lambda text: (-texts[text], len(text), text))
    meant = Counter(worth.meant for worth in own if worth.meant)
    reasons = Counter(worth.reason.value for worth in own)
    return Wording(text, len(own), dict(sorted(reasons.items())), dict(meant), tuple(sorted({*texts} - {text})))


def known(reasons: Mapping[str, int]) -> bool:
    """Whether the citizens themselves say that something went wrong, whatever the assistant thinks today."""
    return any(reasons.get(reason) for reason in (Reason.DOWN, Reason.REPHRASED, Reason.HANDOFF))
