"""A text that goes on from the last answer: what of it changes the question that was asked then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.beliefs import confirmed, likeliest, normal
from index.engine import Scores
from index.facets import MATTER, TELLING, Said
from index.memory import Beliefs, Memory
from index.turn import Heard

if TYPE_CHECKING:
    from index.decide import Judge

NAMELESS = Scores({}, 0.0, 1.0)
SHORT = 12  # characters; "那灵活就业的呢"
VAGUE = ("overview", "process")  # sections of which "怎么办" is the only sign


@dataclass(frozen=True)
class FollowUp:
    """A text with these scores, heard in the conversation that `memory` holds."""

    judge: Judge
    memory: Memory
    scores: Scores

    def told(self, heard: Heard) -> Heard:
        """The same, as it is meant after an answer.

        A text that tells something of the person and asks for no section has none; in a short one that names neither
        matter nor section ("学校的呢") a hint is as good as a word.
        """
        if not self.memory.guide or heard.pressed or self._is_strange(heard):
            return heard
        heard = replace(heard, said=heard.undecided(MATTER))
        if (heard.section is None or heard.tells) and len(heard.text) <= SHORT:
            heard = replace(heard, said={**self._clear(heard), **heard.said})
        if matter := self._matter_hinted(heard):
            heard = replace(heard, said={MATTER: matter, **heard.said})
        return replace(heard, section=None) if heard.said and (heard.bare or not heard.asks) else heard

    def scores_of(self, heard: Heard, said_now: Said) -> Scores:
        """What the text means by itself, as far as that counts after an answer.

        A fact about the person may sound strange, or like another matter, and is neither.
        """
        limits, memory, own = self.judge.thresholds, self.memory, self.scores
        fact = bool(said_now) and heard.section is None
        short = heard.bare or len(heard.text) <= SHORT or self._is_for_another(heard)
        if heard.pressed or (fact and short and MATTER not in said_now):
            return NAMELESS
        remark = memory.guide and not (memory.pending or heard.asks or heard.wants or heard.elliptic)
        if not fact and not (remark and heard.refusal < limits.stated):
            return own
        of_it = replace(own, out_of_scope=0.0, topicless=own.topicless + own.out_of_scope)
        return replace(of_it, guides=self._drawn_together(limits.fact)) if fact else of_it

    def _drawn_together(self, power: float) -> Beliefs:
        """The guides' probabilities, raised to this power; together as much as before."""
        own = self.scores.guides
        return normal({guide: p**power for guide, p in own.items()}, sum(own.values()))

    def _clear(self, heard: Heard) -> Said:
        """The one value that is hinted at of each facet of the person; in "她呢" among those of the look-alikes."""
        last, families = self.memory.guide or "", self.judge.families
        hints = {facet: values for facet, values in heard.hints.items() if facet in TELLING}
        if heard.elliptic and last in families.guides:
            among = {f: tuple(v for v in values if v in families.choices(last, f)) for f, values in hints.items()}
            hints = {facet: among[facet] or values for facet, values in hints.items()}
        return {facet: values for facet, values in hints.items() if len(values) == 1}

    def _is_strange(self, heard: Heard) -> bool:
        """Whether it is a question of its own that is surely about nothing of the book, whatever else it speaks of."""
        return heard.asks and not heard.bare and self.scores.out_of_scope >= self.judge.thresholds.sure

    def _matter_hinted(self, heard: Heard) -> tuple[str, ...]:
        """Another matter than the last, where a short text that asks for no section hints at what the ranker reads.

        Each alone is weak: "停" after 增员, and 灵活就业减员 ahead of what else names no matter.
        """
        guides, last = self.judge.guides, self.memory.guide or ""
        if heard.section not in (None, *VAGUE) or len(heard.text) > SHORT or last not in guides:
            return ()
        best = likeliest(self.scores.guides)
        hinted, own = set(heard.hints.get(MATTER, ())), guides[last].facets.get(MATTER, ())
        vague = len(hinted) > 1 and best not in self.judge.families.alike(last)
        if vague or hinted.intersection(own):
            return ()
        return tuple(hinted.intersection(guides[best].facets.get(MATTER, ())))

    def changes(self, heard: Heard) -> Said:
        """What was said that changes the last question ("机关的呢"); a guide's title stands for itself.

        Beside a section that is asked for, a matter is named in passing ("户口注销的材料").
        """
        brief = self._is_topicless or heard.section is None or heard.also or len(heard.text) <= SHORT
        titled = self.judge.is_title(heard.text)
        last, families = self.memory.guide, self.judge.families
        if titled or not last or not brief or last not in families.guides or self._is_strange(heard):
            return {}
        family = families.choices(last, MATTER)
        aside = self._is_topicless and heard.section not in (None, *VAGUE)
        dropped = (aside and family.isdisjoint(heard.said.get(MATTER, ()))) or self._is_for_another(heard)
        return {facet: values for facet, values in heard.said.items() if facet != MATTER or not dropped}

    def unmeant(self, heard: Heard) -> set[str]:
        """The guides that who goes back does not mean: all never talked about, and the last unless it is named."""
        memory, families, limits = self.memory, self.judge.families, self.judge.thresholds
        before = {guide for guide, p in memory.beliefs.items() if p >= limits.rival}
        if not heard.back or not before:
            return set()
        last = memory.guide or ""
        others = before - {last, *families.alike(last)} if last in families.guides else set()
        if heard.returns and others and self.scores.guides[last] < limits.candidate:
            before.discard(last)
        return set(families.guides) - before

    def _is_for_another(self, heard: Heard) -> bool:
        """Whether the same is asked for someone whom a look-alike of the last guide is for ("领伤残津贴的呢")."""
        last, families = self.memory.guide or "", self.judge.families
        told = {facet: values for facet, values in heard.said.items() if facet in TELLING}
        if not heard.elliptic or last not in families.guides or not families.contradicts(last, told):
            return False
        own = self.scores.guides
        named = MATTER in confirmed(own, families, heard.said, self.judge.thresholds.sure)
        if named and not heard.describes and not families.contradicts(likeliest(own), told):
            return False
        return any(not families.contradicts(other, told) for other in families.same_matter(last))

    def section(self, heard: Heard, guide: str, said_now: Said) -> str:
        """The section that is asked for, or was asked last where the text only changes the guide."""
        if self._is_topicless and heard.section in VAGUE and not heard.tells:
            return heard.named or heard.section or "overview"
        memory, families = self.memory, self.judge.families
        offered = heard.text.strip() == self.judge.guides[guide].title and guide in memory.beliefs
        alike = memory.guide in (guide, *families.alike(guide))
        again = said_now or offered or heard.corrects or heard.elliptic or alike
        if heard.tells and memory.pending:
            return memory.pending.section
        asked = None if again and heard.tells else heard.section
        return asked or (memory.section if again else None) or "overview"

    @property
    def _is_topicless(self) -> bool:
        return self.scores.topicless >= self.judge.thresholds.topicless
