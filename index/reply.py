"""What someone says while a clarifying question waits: which guides it leaves, or that it is no reply at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.outcome import Act
from index.beliefs import likeliest, normal, soften, weigh
from index.clarify import Question, chosen, is_none_of
from index.engine import Scores
from index.facets import TELLING
from index.memory import Beliefs, Memory, Pending
from index.turn import Decision, Heard

if TYPE_CHECKING:
    from index.decide import Judge

LEAST = 1e-3  # probability of a guide that is picked though it was hardly thought of


@dataclass(frozen=True)
class Reply:
    """A text held against the question under way. `alone` and `together` are explained at `Judge.resolve`."""

    judge: Judge
    pending: Pending
    question: Question
    memory: Memory
    heard: Heard
    alone: Scores
    together: Scores

    def resolve(self) -> Decision | None:
        """What the reply comes to; None where the text is none."""
        heard, guides = self.heard, self.judge.guides
        pressed = any(heard.text.strip() == option.title for option in self.question.options)
        if not pressed and self._is_another_matter():
            return None
        said = heard.undecided(self.question.slot)
        picked = chosen(heard.text, said, self.question, guides)
        if not picked and said != heard.said:  # of all that is offered: read as a whole
            picked = self.question.guides
        if heard.talk and not picked and not is_none_of(heard.text, self.question):
            return None
        picked = picked or self._hinted() or self._undenied()
        unsure = heard.unsure or is_none_of(heard.text, self.question)
        if unsure and (heard.asks or not picked):  # "灵活就业是什么意思" chooses nothing
            return self.again()
        if picked:
            likely = {guide: 1.0 if pressed else self.together.guides[guide] for guide in picked}
            return self._settle({guide: self.pending.beliefs.get(guide, LEAST) * p for guide, p in likely.items()})
        beliefs = self._in_free_words()
        return None if beliefs is None else self._settle(beliefs)

    def _hinted(self) -> tuple[str, ...]:
        """The guides that words hint at ("换" at 换领), unless all that was said clearly means another."""
        hinted = chosen("", self.heard.hints, self.question, self.judge.guides)
        others = [self.together.guides.get(guide, 0.0) for guide in self.pending.beliefs if guide not in hinted]
        meant = max(others, default=0.0) >= self.judge.thresholds.answer
        return () if meant else hinted

    def _undenied(self) -> tuple[str, ...]:
        """The guides that are left once some are denied ("不是企业的"); none where that tells nothing."""
        offered = self.question.guides
        left = tuple(guide for guide in offered if not self.judge.families.denies(guide, self.heard.denied))
        return left if len(left) < len(offered) else ()

    def _in_free_words(self) -> Beliefs | None:
        """What is left by a text that names no option; None where it is no reply."""
        heard, families, offered = self.heard, self.judge.families, self.pending.beliefs
        clear = max(self.alone.guides.get(guide, 0.0) for guide in offered) >= self.judge.thresholds.sure
        if self.question.slot in heard.said and not clear:  # a value that was not offered
            return weigh(self.together.guides, families, heard.said, 0.0)
        beside = {facet: values for facet, values in heard.spoken.items() if facet != self.question.slot}
        left = {guide: p for guide, p in offered.items() if not families.contradicts(guide, beside)}
        if left and len(left) < len(offered):  # another facet than the one asked for
            return self._weighed(left)
        if corrected := self._for_someone_else():
            return corrected
        if self._tells():
            return self.together.guides
        if self._is_other_question():
            return None
        return weigh(self._weighed(offered), families, heard.said, self.judge.thresholds.denied)

    def _for_someone_else(self) -> Beliefs:
        """The same matters for whom the reply says, where it takes back what was said before ("不是机关，是企业的")."""
        families, offered = self.judge.families, self.pending.beliefs
        said = {facet: values for facet, values in self.heard.said.items() if facet in TELLING}
        if not all(families.contradicts(one, said) for one in offered):
            return {}
        found: dict[str, float] = {}
        for guide, p in offered.items():
            for other in families.same_matter(guide):
                if not families.contradicts(other, said):
                    found[other] = max(p, found.get(other, 0.0))
        return found

    def _weighed(self, guides: Beliefs) -> Beliefs:
        """Guides under question by what the first question and the reply say together."""
        return {guide: p * (self.together.guides.get(guide, 0) + 1e-6) for guide, p in guides.items()}

    def _tells(self) -> bool:
        """Whether a text that asks nothing makes the first question clear, be it for a guide that was not offered."""
        clear = max(self.together.guides.values())
        return not self.heard.asks and clear >= self.judge.thresholds.answer and clear > self._outside

    def _is_another_matter(self) -> bool:
        """Whether the text is a whole question of its own, whatever facets it names."""
        asks = self.heard.asks and self.heard.section is not None
        clear = self._outside >= self.judge.thresholds.answer and self._inside < 1 - self._outside
        return (asks or self.judge.is_title(self.heard.text)) and clear

    def _is_other_question(self) -> bool:
        """Whether the text is about something else, or asks for a section without naming a matter."""
        heard, limits = self.heard, self.judge.thresholds
        asks = heard.section is not None and not heard.said
        foreign = heard.asks or heard.refusal >= limits.refuse_intent  # a bare statement is strange only by itself
        strange = foreign and self.alone.out_of_scope > limits.out_of_scope
        another = self._outside > max(self._inside, 0.4)
        if another and not heard.asks and self._outside < limits.answer:  # a statement completes the first question
            another = self._without(self.together) > self._within(self.together)
        return strange or another or (asks and self.alone.topicless > self._inside)

    @property
    def _inside(self) -> float:
        return self._within(self.alone)

    @property
    def _outside(self) -> float:
        return self._without(self.alone)

    def _within(self, scores: Scores) -> float:
        """How likely any of the guides under question is meant."""
        return sum(scores.guides.get(guide, 0.0) for guide in self.pending.beliefs)

    def _without(self, scores: Scores) -> float:
        """How likely it means the likeliest of the others."""
        return max((p for guide, p in scores.guides.items() if guide not in self.pending.beliefs), default=0.0)

    def again(self) -> Decision:
        """Explain how to tell, once; then answer, for both side by side where two are left."""
        pending, memory = self.pending, self.memory
        if pending.asked < self.judge.thresholds.max_questions:
            again = replace(pending, repeated=True, asked=pending.asked + 1, aside=0)
            kept = replace(memory, pending=again)
            return Decision(Act.CLARIFY, kept, section=pending.section, question=self.question)
        first = likeliest(pending.beliefs)
        others = [option.guides[0] for option in self.question.options if first not in option.guides]
        beside = others[0] if len(others) == 1 else None
        answered = replace(memory, pending=None, more=pending.more)
        return self.judge.answer(first, pending.section, pending.beliefs, answered, beside=beside)

    def _settle(self, left: Beliefs) -> Decision:
        """Answer where one guide is clear enough by now, or enough was asked; else ask for another facet."""
        limits, pending, heard = self.judge.thresholds, self.pending, self.heard
        memory = self.memory.with_said(heard.said, heard.denied)
        spoken = {**pending.hints, **memory.said, **heard.spoken}
        beliefs = soften(normal(left), self.judge.families, spoken, self.together.open, limits)
        sure = max(beliefs.values()) >= limits.settled
        if not sure and pending.asked < limits.max_questions:
            slot = "" if pending.beliefs.keys().isdisjoint(beliefs) else pending.slot  # of others it may be asked anew
            return self.judge.ask(replace(pending, slot=slot, beliefs=beliefs, asked=pending.asked + 1), memory, heard)
        guide = likeliest(beliefs)
        wider = {**{g: p * limits.contradiction for g, p in pending.beliefs.items()}, **beliefs}
        settled_memory = replace(memory, pending=None, more=pending.more)
        return self.judge.answer(guide, pending.section, wider, settled_memory, heard.hints)
