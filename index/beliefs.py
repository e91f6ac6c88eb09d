"""Which guide is meant, given the text and the conversation so far: Bayes' rule over the ranker's probabilities."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.book.guide import Guide
from index.engine import Scores
from index.facets import Said, contradicts
from index.memory import Beliefs, Memory
from index.thresholds import Thresholds

SIBLING_SHARE = 0.1
TELLING = ("audience", "person", "status")  # facets that tell look-alikes apart


@dataclass(frozen=True)
class Reading:
    """Probabilities of the guides, and of "none of them"; together one."""

    guides: Beliefs
    out_of_scope: float

    @property
    def best(self) -> tuple[str, float]:
        return max(self.guides.items(), key=lambda item: item[1])


def normal(beliefs: Beliefs) -> dict[str, float]:
    """The same proportions, adding up to one."""
    total = sum(beliefs.values()) or 1.0
    return {guide: probability / total for guide, probability in beliefs.items()}


def weigh(beliefs: Beliefs, guides: Mapping[str, Guide], said: Said, left: float) -> dict[str, float]:
    """Guides that what was said rules out keep the share `left` of their probability, for each facet."""
    return normal({guide: p * left ** contradicts(guides[guide], said) for guide, p in beliefs.items()})


def look_alikes(guide: str, guides: Mapping[str, Guide]) -> list[str]:
    """The guides that do the same thing for someone else, the guide itself among them."""
    matter = set(guides[guide].facets.get("matter", ()))
    return [other for other in guides if other == guide or matter & set(guides[other].facets.get("matter", ()))]


def soften(own: Beliefs, guides: Mapping[str, Guide], said: Said, thresholds: Thresholds) -> dict[str, float]:
    """Look-alikes drawn nearer to each other where nothing was said of what tells them apart.

    The ranker has learned who usually asks; that is no reason to take it for granted.
    """
    first = max(own, key=lambda guide: own[guide])
    family = look_alikes(first, guides)
    if len(family) < 2 or any(facet in said for facet in TELLING if guides[first].facets.get(facet)):
        return dict(own)
    drawn = {guide: own[guide] ** thresholds.unsaid for guide in family}
    scale = sum(own[guide] for guide in family) / sum(drawn.values())
    return {**own, **{guide: p * scale for guide, p in drawn.items()}}


def expectation(memory: Memory, guides: Mapping[str, Guide], said_now: Said, thresholds: Thresholds) -> Beliefs:
    """Before a word is read: the last matter most likely, its look-alikes a little, moved by the facets just said.

    While a clarifying question waits, its candidates are what is talked about.
    """
    if memory.pending:
        return weigh({g: memory.pending.beliefs.get(g, 0.0) for g in guides}, guides, said_now, thresholds.denied)
    if not memory.guide or memory.guide not in guides:
        return {}
    alike = look_alikes(memory.guide, guides)
    share = {guide: SIBLING_SHARE / len(alike) for guide in alike}
    mixed = {guide: memory.beliefs.get(guide, 0.0) + share.get(guide, 0.0) for guide in guides}
    mixed[memory.guide] += 1.0
    return weigh(mixed, guides, said_now, thresholds.denied)


def read(
    scores: Scores,
    memory: Memory,
    guides: Mapping[str, Guide],
    said_now: Said,
    thresholds: Thresholds,
    said: Said | None = None,
) -> Reading:
    """What a text means in its conversation.

    A text that names no matter is about what is expected; one that does multiplies its own evidence with the
    expectation, which makes it easy to stay and possible to leave. Facets said earlier lower guides they rule out.
    `said_now` are facets that change the last question, `said` all that this text says.
    """
    expected = expectation(memory, guides, said_now, thresholds)
    own = {guide: scores.guides.get(guide, 1e-6) for guide in guides}
    own = soften(own, guides, {**memory.said, **(said or said_now)}, thresholds)
    mass = sum(own.values())
    if not expected:
        carried = {facet: values for facet, values in memory.said.items() if facet not in said_now}
        beliefs = weigh(own, guides, carried, thresholds.contradiction)
        return Reading({guide: p * mass for guide, p in beliefs.items()}, 1 - mass)
    stay, flat = thresholds.stay, (1 - thresholds.stay) / len(guides)
    prior = {guide: flat + stay * expected[guide] for guide in guides}
    carried = {facet: values for facet, values in memory.said.items() if facet not in said_now}
    lifted = {
        guide: own[guide] * prior[guide] * len(guides) * thresholds.contradiction ** contradicts(guides[guide], carried)
        for guide in guides
    }
    joint = {guide: lifted[guide] + scores.topicless * thresholds.lean * expected[guide] for guide in guides}
    total = sum(joint.values()) + scores.out_of_scope
    return Reading({guide: p / total for guide, p in joint.items()}, scores.out_of_scope / total)
