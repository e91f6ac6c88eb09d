"""What might be done about a cluster: a new wording, an example, a new intent, a gap in the book, or none of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.learn.mine.cluster import Suggestion
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.known import is_out_of_scope
from bot.learn.mine.wording import Wording
from index.engine import Scores

SHOWN = 3  # guides and intents of the evidence
GUIDE, INTENT, NEW_INTENT, GAP, OUT_OF_SCOPE = "guide", "intent", "new-intent", "gap", "out-of-scope"


@dataclass(frozen=True)
class Place:
    """Where a cluster lies: mean probabilities of guides, of none and of no matter; nearest intents; what was meant."""

    guides: Sequence[tuple[str, float]]
    shares: Sequence[tuple[str, float]]  # the same, were it sure that one of the guides is meant
    out_of_scope: float
    topicless: float
    intents: Sequence[tuple[str, float]]
    meant: Mapping[str, int]

    @classmethod
    def of(cls, wordings: Sequence[Wording], scores: Sequence[Scores], intents: Sequence[tuple[str, float]]) -> Place:
        """Each wording counts as often as it was said."""
        weights = np.array([wording.count for wording in wordings], np.float64)
        weights /= weights.sum()
        guides: dict[str, float] = {}
        shares: dict[str, float] = {}
        for share, score in zip(weights, scores, strict=True):
            all_guides = sum(score.guides.values()) or 1.0
            for guide, probability in score.guides.items():
                guides[guide] = guides.get(guide, 0.0) + float(share) * probability
                shares[guide] = shares.get(guide, 0.0) + float(share) * probability / all_guides
        meant: Counter[str] = Counter()
        for wording in wordings:
            meant.update(wording.meant)
        return cls(
            _best(guides),
            _best(shares),
            float(sum(share * score.out_of_scope for share, score in zip(weights, scores, strict=True))),
            float(sum(share * score.topicless for share, score in zip(weights, scores, strict=True))),
            intents[:SHOWN],
            dict(meant.most_common(SHOWN)),
        )

    def evidence(self) -> dict[str, Any]:
        """For people: rounded, with the margin between the first two."""
        return {
            "guides": [{"guide": guide, "probability": round(p, 3)} for guide, p in self.guides],
            "guide_shares": [{"guide": guide, "share": round(p, 3)} for guide, p in self.shares],
            "guide_margin": round(_margin(self.shares), 3),
            "intents": [{"intent": intent, "similarity": round(p, 3)} for intent, p in self.intents],
            "intent_margin": round(_margin(self.intents), 3),
            "out_of_scope": round(self.out_of_scope, 3),
            "topicless": round(self.topicless, 3),
            "meant": dict(self.meant),
        }


def suggest(place: Place, wordings: Sequence[Wording], config: MiningConfig) -> Suggestion:
    """The likeliest of the verdicts; an operator decides.

    What citizens settled on themselves is believed first, then what the ranker makes of it. Far from all guides, it
    is talk: the nearest intent's, or of a new kind. What is left asks for something that the book lacks.
    """
    size = sum(wording.count for wording in wordings)
    settled = max(place.meant.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if settled[1] >= max(2, size / 4):
        return Suggestion(f"{GUIDE}:{settled[0]}")
    near, similarity = place.intents[0]
    is_near = similarity >= config.chatter
    if place.out_of_scope >= config.talk:
        return _talk(near, is_near, wordings)
    if place.guides[0][1] >= config.guide or place.shares[0][1] >= config.share:
        return Suggestion(f"{GUIDE}:{place.shares[0][0]}")
    strange = is_near and is_out_of_scope(near) and place.out_of_scope >= config.out_of_scope
    return Suggestion(OUT_OF_SCOPE if strange else GAP)


def _talk(near: str, is_near: bool, wordings: Sequence[Wording]) -> Suggestion:
    if is_near:
        return Suggestion(OUT_OF_SCOPE if is_out_of_scope(near) else f"{INTENT}:{near}")
    name = named(wordings)
    return Suggestion(f"{NEW_INTENT}:{name}", f"utter_{name}")


def named(wordings: Sequence[Wording]) -> str:
    """A name out of the words that most of the wordings share."""
    import jieba

    words: Counter[str] = Counter()
    for wording in wordings:
        found = {word for word in jieba.lcut(wording.text) if len(word) > 1 and word.isalnum()}
        words.update(dict.fromkeys(found, wording.count))
    best = sorted(words.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))[:2]
    return "_".join(word for word, _ in best) or "new"


def _best(values: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]


def _margin(best: Sequence[tuple[str, float]]) -> float:
    return best[0][1] - best[1][1] if len(best) > 1 else (best[0][1] if best else 0.0)
