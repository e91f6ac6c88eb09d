"""What to do with a turn: answer from a guide, ask one question, or say honestly that it is not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.book.facets import Facet
from bot.book.guide import Guide
from bot.desk.request import section_of
from bot.outcome import Act
from index.beliefs import Reading, likeliest, normal, read, told
from index.clarify import Question, best_question, question_of_titles
from index.engine import Scores
from index.facets import TELLING, Said
from index.families import Families
from index.follow import FollowUp
from index.memory import Beliefs, Memory, Pending
from index.reply import Reply
from index.thresholds import Thresholds
from index.turn import Decision, Heard

__all__ = ["Decision", "Heard", "Judge"]

EARLIER = 0.2  # what is left of a matter when another is talked about: one may come back to it
MOST_NAMED = 3  # guides offered by their names
SIBLING = 0.01  # probability at which a look-alike is offered although the ranker gave it less


@dataclass(frozen=True)
class Judge:
    """Decides turns over one book. Pure: the same input gives the same decision."""

    guides: Mapping[str, Guide]
    book: Mapping[str, Facet]
    thresholds: Thresholds
    none_title: str = "都不是/不清楚"

    @cached_property
    def families(self) -> Families:
        """The look-alikes among the guides."""
        return Families(self.guides)

    def decide(self, heard: Heard, scores: Scores, memory: Memory) -> Decision:
        """A question, or a follow-up to the last one."""
        if late := self._pressed_late(heard, scores, memory):
            return late
        limits, follow_up = self.thresholds, FollowUp(self, memory, scores)
        heard = follow_up.told(heard)
        said_now = follow_up.changes(heard)
        scores = follow_up.scores_of(heard, said_now)
        unmeant = follow_up.unmeant(heard)
        reading = read(scores, memory, self.families, said_now, limits, heard.spoken, heard.denied, unmeant)
        guide, probability = reading.best
        section = follow_up.section(heard, guide, said_now)
        remembered = memory.with_said(heard.said, heard.denied)
        if self._refused(heard, reading):
            return self._refusal(heard, remembered)
        if probability >= limits.answer or self._all_alike(section, reading.guides, memory):
            kept = remembered.without_question() if heard.tells else aside(remembered)  # it may answer what was asked
            return self.answer(guide, section, reading.guides, replace(kept, more=heard.more), heard.hints)
        if sum(reading.guides[g] for g in (guide, *self.families.alike(guide))) < limits.ask:
            return self._refusal(heard, remembered)
        hints = told(heard.hints, scores.open, limits)
        about = Pending("", heard.text, section, reading.guides, hints=hints, more=heard.more)
        decision = self._asked(about, heard, scores, remembered)
        unsure = decision.act is Act.ANSWER and not memory.pending and scores.out_of_scope >= limits.doubt
        return self._refusal(heard, remembered) if unsure else decision

    def _asked(self, about: Pending, heard: Heard, scores: Scores, memory: Memory) -> Decision:
        """The question to ask; where that very question waits already, how to tell, or the answer."""
        decision = self.ask(about, memory, heard)
        before = self.question_of(memory.pending) if memory.pending else None
        if memory.pending and before and decision.question and decision.question.is_like(before):
            vague = scores.topicless >= self.thresholds.topicless and not heard.asked
            waiting = replace(memory.pending, section=memory.pending.section if vague else about.section)
            return Reply(self, waiting, before, memory, heard, scores, scores).again()
        return decision

    def _pressed_late(self, heard: Heard, scores: Scores, memory: Memory) -> Decision | None:
        """The answer to a button of a question that was dropped already."""
        question = self.question_of(memory.shelved) if memory.shelved and not memory.pending else None
        if not question or heard.text.strip() not in {option.title for option in question.options}:
            return None
        return self.resolve(heard, scores, scores, replace(memory, pending=memory.shelved, shelved=None))

    def _all_alike(self, section: str, beliefs: Beliefs, memory: Memory) -> bool:
        """Whether, with a question under way, all its candidates say the same of what is asked beside it."""
        if not memory.pending:
            return False
        asked = memory.pending.beliefs
        likely = [guide for guide, p in asked.items() if p >= self.thresholds.candidate * max(asked.values())]
        inside = sum(beliefs.get(guide, 0.0) for guide in likely)
        return len(self.texts(section, likely)) == 1 and inside >= self.thresholds.answer

    def texts(self, section: str, guides: Iterable[str]) -> set[str]:
        """What the guides say in a section; a guide that lacks it says something of its own."""
        key = section_of(section)
        return {getattr(self.guides[guide].sections.get(key), "text", guide) for guide in guides}

    def _refused(self, heard: Heard, reading: Reading) -> bool:
        limits = self.thresholds
        known = sum(sorted(reading.guides.values())[-limits.max_options :])
        doubted = heard.refusal >= limits.refuse_intent and known < limits.sure
        return reading.out_of_scope >= limits.out_of_scope or doubted

    def _refusal(self, heard: Heard, memory: Memory) -> Decision:
        """Nothing in the book; what was only told, and may be ours, is kept, for its question may follow."""
        kept, ours = aside(memory), heard.refusal < self.thresholds.refuse_intent
        told = heard.tells and ours and not heard.wants
        return Decision(Act.FALLBACK, kept.with_story(heard.text) if told else replace(kept, story=""))

    def apart(self, one: Scores, other: Scores) -> bool:
        """Whether two texts are about two matters, at least one of them a guide's; False where it is not certain."""
        sure, known = self.thresholds.sure, [1 - scores.out_of_scope - scores.topicless for scores in (one, other)]
        refused = [scores.out_of_scope >= sure for scores in (one, other)]
        certain = all(p >= sure or no for p, no in zip(known, refused, strict=True)) and not all(refused)
        shares = (self._share(of, another) for of, another in ((one, other), (other, one)))
        return certain and max(shares) < self.thresholds.candidate

    def _share(self, scores: Scores, other: Scores) -> float:
        """How likely a text means the guide that another one means, or a look-alike of it."""
        best = likeliest(other.guides)
        return sum(scores.guides[guide] for guide in (best, *self.families.alike(best)))

    def near(self, scores: Scores) -> tuple[str, ...]:
        """The guides nearest to a question that none of them answers; none where nothing is near."""
        best = sorted(scores.guides, key=lambda guide: -scores.guides[guide])[:MOST_NAMED]
        return tuple(guide for guide in best if scores.guides[guide] >= self.thresholds.near)

    def answer(
        self,
        guide: str,
        section: str,
        beliefs: Beliefs,
        memory: Memory,
        hints: Said | None = None,
        beside: str | None = None,
    ) -> Decision:
        """Quote a section; the topic moves to its guide, and what was said that does not fit it is forgotten."""
        kept = {f: v for f, v in memory.said.items() if not self.families.contradicts(guide, {f: v})}
        said = {**self._meant(guide, hints or {}), **kept}
        earlier = {g: EARLIER * p for g, p in memory.beliefs.items()} if guide != memory.guide else memory.beliefs
        mixed = {g: p + earlier.get(g, 0.0) for g, p in {**dict.fromkeys(earlier, 0.0), **normal(beliefs)}.items()}
        beliefs = normal(mixed)
        moved = replace(memory, guide=guide, section=section, beliefs=beliefs, said=said, beside=beside, story="")
        return Decision(Act.ANSWER, moved, guide, section, beside=beside)

    def _meant(self, guide: str, hints: Said) -> Said:
        """The values hinted at that the guide confirms."""
        own = self.guides[guide].facets
        meant = {f: tuple(v for v in hints.get(f, ()) if v in own.get(f, ())) for f in TELLING}
        return {facet: values for facet, values in meant.items() if len(values) == len(hints.get(facet, ())) == 1}

    def ask(self, about: Pending, memory: Memory, heard: Heard) -> Decision:
        """Ask for what best tells the candidates apart; answer with the likeliest where nothing does.

        `about` says what was asked and how likely each guide is; its slot is the facet asked for before, if any.
        """
        top = max(about.beliefs.values())
        likely = {guide: p for guide, p in about.beliefs.items() if p >= self.thresholds.candidate * top}
        first = likeliest(likely)
        answered: Said = {about.slot: ()} if about.slot else {}
        for other in self.families.open(first, {**memory.said, **heard.spoken}):
            likely.setdefault(other, max(about.beliefs.get(other, 0.0), SIBLING))
        family = {guide: p for guide, p in likely.items() if guide in (first, *self.families.alike(first))}
        if sum(family.values()) >= self.thresholds.family * sum(likely.values()):
            likely = family
        skip = (*heard.said, *answered)
        question = best_question(likely, self.guides, self.book, self.thresholds.max_options, skip)
        if question is None or question.slot == about.slot:  # the same again, by other names
            settled = replace(memory, pending=None, more=about.more)
            return self.answer(first, about.section, about.beliefs, settled, heard.hints)
        pending = replace(
            about, slot=question.slot, beliefs=likely, by_title=question.by_title, repeated=False, aside=0
        )
        kept = replace(memory, pending=pending, story="")
        return Decision(Act.CLARIFY, kept, section=about.section, question=question)

    def is_title(self, text: str) -> bool:
        """Whether a text is nothing but a guide's title, as on a button."""
        return any(text.strip() == guide.title for guide in self.guides.values())

    def question_of(self, pending: Pending) -> Question | None:
        """The question under way, made again from what is remembered of it."""
        if pending.by_title:
            return question_of_titles(pending.beliefs, self.guides, self.thresholds.max_options)
        skip = [facet for facet in self.book if facet != pending.slot]
        return best_question(pending.beliefs, self.guides, self.book, self.thresholds.max_options, skip)

    def resolve(self, heard: Heard, alone: Scores, together: Scores, memory: Memory) -> Decision | None:
        """The reply to a clarifying question; None where the text is no answer to it.

        `alone` are the scores of the reply by itself, `together` those of the first question followed by the reply.
        """
        question = self.question_of(memory.pending) if memory.pending else None
        if memory.pending is None or question is None:
            return None
        pending = replace(memory.pending, section=heard.asked or memory.pending.section)
        return Reply(self, pending, question, memory, heard, alone, together).resolve()


def aside(memory: Memory) -> Memory:
    """A turn was spent on something else than the question under way, which is dropped after two such turns."""
    if memory.pending is None:
        return memory
    turns = memory.pending.aside + 1
    return replace(memory, pending=replace(memory.pending, aside=turns)) if turns <= 2 else memory.without_question()
