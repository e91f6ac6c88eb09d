"""Which guide is meant, given the text and the conversation so far: Bayes' rule over the ranker's probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.engine import Scores
from index.facets import MATTER, Said
from index.families import Families
from index.memory import Beliefs, Memory
from index.thresholds import Thresholds

SIBLING_SHARE = 0.1  # for each facet that would have to change


@dataclass(frozen=True)
class Reading:
    """Probabilities of the guides, and of "none of them"; together one."""

    guides: Beliefs
    out_of_scope: float

    @property
    def best(self) -> tuple[str, float]:
        return max(self.guides.items(), key=lambda item: item[1])


def likeliest(beliefs: Beliefs) -> str:
    """The guide with the highest probability."""
    return max(beliefs, key=lambda guide: beliefs[guide])


def normal(beliefs: Beliefs, mass: float = 1.0) -> dict[str, float]:
    """The same proportions, adding up to `mass`."""
    total = sum(beliefs.values()) or 1.0
    return {guide: probability / total * mass for guide, probability in beliefs.items()}


def weigh(
    beliefs: Beliefs, families: Families, said: Said, left: float, rivals: Iterable[str] = ()
) -> dict[str, float]:
    """Guides that what was said rules out keep the share `left` of their probability, for each facet."""
    return normal({guide: p * left ** families.contradicts(guide, said, rivals) for guide, p in beliefs.items()})


def told(spoken: Said, open_: Mapping[str, float], thresholds: Thresholds) -> dict[str, tuple[str, ...]]:
    """What words say of the facets that are not left open all the same: "家里人" is no 供养亲属 yet."""
    return {facet: values for facet, values in spoken.items() if open_.get(facet, 0.0) < thresholds.left_open}


def soften(
    own: Beliefs, families: Families, spoken: Said, open_: Mapping[str, float], thresholds: Thresholds
) -> dict[str, float]:
    """Look-alikes drawn nearer to the likeliest guide as far as what tells them from it was left open.

    The ranker has learned who usually asks; that is no reason to take it for granted. Of a facet that is not in
    `open_` it is only known whether a word of `spoken` told it.
    """
    first = likeliest(own)
    drawn = dict(own)
    rivals = [guide for guide, p in own.items() if open_ and p >= thresholds.candidate * own[first]]
    unknown = dict.fromkeys(families.alike(first), 1.0)  # where nothing was learned only look-alikes are drawn
    for other, apart in families.open(first, spoken, rivals).items():
        if other not in own or not own[first]:
            continue
        least = thresholds.unsaid_matter if MATTER in apart else thresholds.unsaid
        power = 1 - (1 - least) * min(open_.get(facet, unknown.get(other, 0.0)) for facet in apart)
        drawn[other] = own[first] * (own[other] / own[first]) ** power
    return normal(drawn, sum(own.values()))


def expectation(memory: Memory, families: Families, said_now: Said, thresholds: Thresholds) -> Beliefs:
    """Before a word is read: the last matter most likely, its look-alikes a little, moved by the facets just said.

    While a clarifying question waits, its candidates are what is talked about.
    """
    if memory.pending:
        asked = {guide: memory.pending.beliefs.get(guide, 0.0) for guide in families.guides}
        return weigh(asked, families, said_now, thresholds.denied)
    if not memory.guide or memory.guide not in families.guides:
        return {}
    mixed = {guide: memory.beliefs.get(guide, 0.0) for guide in families.guides}
    rivals = [guide for guide, p in mixed.items() if p >= thresholds.rival]
    mixed[memory.guide] += 1.0
    for other in {*families.same_matter(memory.guide), *families.about(said_now.get(MATTER, ()))} - {memory.guide}:
        mixed[other] += SIBLING_SHARE ** max(1, len(families.apart(memory.guide, other)))
    return weigh(mixed, families, said_now, thresholds.denied, rivals)


def carried_on(memory: Memory, families: Families, said_now: Said, spoken: Said) -> Said:
    """What was said earlier and still holds: neither said anew, nor spoken of otherwise, nor at odds with what is said.

    "不对，是我妈自己的退休金" takes 供养亲属 back, and no guide is about 机关 and 供养亲属.
    """
    guide = memory.guide
    if guide is None or guide not in families.guides:
        return {facet: values for facet, values in memory.said.items() if facet not in said_now}
    family = [one for one in (guide, *families.alike(guide)) if not families.contradicts(one, said_now)]

    def holds(facet: str, values: tuple[str, ...]) -> bool:
        anew = families.choices(guide, facet).intersection(spoken.get(facet, ()))
        fits = not family or any(not families.contradicts(one, {facet: values}) for one in family)
        return facet not in said_now and fits and (not anew or not anew.isdisjoint(values))

    return {facet: values for facet, values in memory.said.items() if holds(facet, values)}


def confirmed(own: Beliefs, families: Families, spoken: Said, sure: float) -> Said:
    """The values that a text speaks of, where the guide that it surely means by itself has them, too."""
    best = likeliest(own)
    facets = families.guides[best].facets if own[best] >= sure else {}
    both = {facet: tuple(v for v in values if v in facets.get(facet, ())) for facet, values in spoken.items()}
    return {facet: values for facet, values in both.items() if values}


def without(beliefs: Beliefs, unmeant: Iterable[str], left: float) -> dict[str, float]:
    """Guides that are not meant keep the share `left`; all of them together have as much as before."""
    dropped = set(unmeant)
    kept = {guide: p * left if guide in dropped else p for guide, p in beliefs.items()}
    return normal(kept, sum(beliefs.values()))


def read(
    scores: Scores,
    memory: Memory,
    families: Families,
    said_now: Said,
    thresholds: Thresholds,
    spoken: Said | None = None,
    denied: Said | None = None,
    unmeant: Iterable[str] = (),
) -> Reading:
    """What a text means in its conversation.

    A text that names no matter is about what is expected; one that does multiplies its own evidence with the
    expectation, which makes it easy to stay and possible to leave. Facets said earlier lower guides they rule out.
    `said_now` are facets that change the last question, `spoken` all that this text speaks of, `denied` what it denies,
    `unmeant` guides that it is not about.
    """
    guides = families.guides
    spoken, denied = spoken or said_now, denied or {}
    memory = memory.with_said({}, denied)
    carried = carried_on(memory, families, said_now, spoken)
    own = {guide: scores.guides.get(guide, 1e-6) for guide in guides}
    against = {**carried, **confirmed(own, families, spoken, thresholds.sure)}
    expected = weigh(expectation(memory, families, said_now, thresholds), families, against, thresholds.contradiction)
    earlier = {facet: values for facet, values in memory.said.items() if facet not in spoken}
    own = soften(own, families, {**earlier, **told(spoken, scores.open, thresholds)}, scores.open, thresholds)
    mass = sum(own.values())
    if not expected:
        beliefs = weigh(own, families, carried, thresholds.contradiction)
        return Reading({guide: p * mass for guide, p in beliefs.items()}, 1 - mass)
    stay, flat = thresholds.stay, (1 - thresholds.stay) / len(guides)
    joint = {}
    for guide in guides:
        prior = (flat + stay * expected[guide]) * len(guides)
        left = thresholds.contradiction ** families.contradicts(guide, carried)
        said_not = thresholds.denied ** families.denies(guide, denied)
        joint[guide] = (own[guide] * prior * left + scores.topicless * thresholds.lean * expected[guide]) * said_not
    joint = without(joint, unmeant, thresholds.contradiction**2)
    total = sum(joint.values()) + scores.out_of_scope
    return Reading({guide: p / total for guide, p in joint.items()}, scores.out_of_scope / total)
