"""What to do with a turn: answer from a guide, ask one question, or say honestly that it is not here."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.book.facets import Facet
from bot.book.guide import Guide
from bot.outcome import Act
from index.beliefs import Reading, look_alikes, normal, read, weigh
from index.clarify import Question, best_question, chosen
from index.engine import Scores
from index.facets import Said
from index.memory import Beliefs, Memory, Pending
from index.thresholds import Thresholds

SHORT = 12  # characters; "那灵活就业的呢"
NAMELESS = Scores({}, 0.0, 1.0)
SIBLING = 0.01  # probability at which a look-alike is offered although the ranker gave it less


@dataclass(frozen=True)
class Heard:
    """One turn as NLU understood it: the section asked (None where it asks for none) and the facets that were said."""

    text: str
    section: str | None
    said: Said
    refusal: float = 0.0  # confidence of the intent out_of_scope
    unsure: bool = False  # "不知道", "随便"
    pressed: bool = False  # a section's button: the text names no matter, whatever it looks like


@dataclass(frozen=True)
class Decision:
    """What the turn comes to and what is remembered of it."""

    act: Act
    memory: Memory
    guide: str | None = None
    section: str | None = None
    question: Question | None = None
    others: tuple[str, ...] = ()  # look-alikes that an answer may be mistaken for


@dataclass(frozen=True)
class Judge:
    """Decides turns over one book. Pure: the same input gives the same decision."""

    guides: Mapping[str, Guide]
    book: Mapping[str, Facet]
    thresholds: Thresholds
    none_title: str = "都不是/不清楚"

    def decide(self, heard: Heard, scores: Scores, memory: Memory) -> Decision:
        """A question, or a follow-up to the last one."""
        limits = self.thresholds
        said_now = heard.said if self._leans_back(heard, scores, memory) else {}
        if heard.pressed or (said_now and heard.section is None and len(heard.text) <= SHORT):
            scores = NAMELESS
        elif said_now and heard.section is None:  # a fact about the person, strange as it may sound by itself
            scores = replace(scores, out_of_scope=0.0, topicless=scores.topicless + scores.out_of_scope)
        reading = read(scores, memory, self.guides, said_now, limits, heard.said)
        guide, probability = reading.best
        section = heard.section or (memory.section if said_now else None) or "overview"
        remembered = memory.with_said(heard.said)
        if self._refused(heard, reading):
            return Decision(Act.FALLBACK, aside(remembered))
        if probability >= limits.answer or self._all_alike(section, reading.guides, memory):
            return self.answer(guide, section, reading.guides, aside(remembered))
        if probability < limits.ask:
            return Decision(Act.FALLBACK, aside(remembered))
        return self.ask(heard.text, section, reading.guides, remembered, heard.said)

    def _leans_back(self, heard: Heard, scores: Scores, memory: Memory) -> bool:
        """Whether what was said changes the last question ("机关的呢") instead of standing for itself."""
        return bool(memory.guide and heard.said) and (
            scores.topicless >= self.thresholds.topicless or heard.section is None or len(heard.text) <= SHORT
        )

    def _all_alike(self, section: str, beliefs: Beliefs, memory: Memory) -> bool:
        """Whether, with a question under way, all its candidates say the same of what is asked beside it."""
        if not memory.pending:
            return False
        asked = memory.pending.beliefs
        likely = [guide for guide, p in asked.items() if p >= self.thresholds.candidate * max(asked.values())]
        key = "process" if section == "overview" else section
        texts = {getattr(self.guides[guide].sections.get(key), "text", guide) for guide in likely}
        inside = sum(beliefs.get(guide, 0.0) for guide in likely)
        return len(texts) == 1 and inside >= self.thresholds.answer

    def _refused(self, heard: Heard, reading: Reading) -> bool:
        limits = self.thresholds
        known = sum(sorted(reading.guides.values())[-limits.max_options :])
        doubted = heard.refusal >= limits.refuse_intent and known < limits.sure
        return reading.out_of_scope >= limits.out_of_scope or doubted

    def answer(self, guide: str, section: str, beliefs: Beliefs, memory: Memory) -> Decision:
        """Quote a section; the topic moves to its guide."""
        kept = replace(memory, guide=guide, section=section, beliefs=normal(beliefs))
        return Decision(Act.ANSWER, kept, guide, section)

    def ask(self, text: str, section: str, beliefs: Beliefs, memory: Memory, said: Said, asked: int = 1) -> Decision:
        """Ask for what best tells the candidates apart; answer with the likeliest where nothing does."""
        top = max(beliefs.values())
        likely = {guide: p for guide, p in beliefs.items() if p >= self.thresholds.candidate * top}
        first = max(likely, key=lambda guide: likely[guide])
        likely |= {g: max(beliefs.get(g, 0.0), SIBLING) for g in look_alikes(first, self.guides) if g not in likely}
        question = best_question(likely, self.guides, self.book, self.thresholds.max_options, tuple(said))
        if question is None:
            return self.answer(max(likely, key=lambda g: likely[g]), section, beliefs, replace(memory, pending=None))
        pending = Pending(question.slot, text, section, likely, asked)
        return Decision(Act.CLARIFY, replace(memory, pending=pending), section=section, question=question)

    def question_of(self, pending: Pending) -> Question | None:
        """The question under way, made again from what is remembered of it."""
        skip = [facet for facet in self.book if facet != pending.slot]
        return best_question(pending.beliefs, self.guides, self.book, self.thresholds.max_options, skip)

    def resolve(self, heard: Heard, alone: Scores, together: Scores, memory: Memory) -> Decision | None:
        """The reply to a clarifying question; None where the text is no answer to it.

        `alone` are the scores of the reply by itself, `together` those of the first question followed by the reply.
        """
        pending = memory.pending
        question = self.question_of(pending) if pending else None
        if pending is None or question is None:
            return None
        picked = chosen(heard.text, heard.said, question, self.guides)
        if not picked and heard.unsure:
            return self._unsure(pending, question, memory)
        if picked:
            pressed = any(heard.text.strip() == option.title for option in question.options)
            beliefs = {g: pending.beliefs.get(g, 1e-3) * (1 if pressed else together.guides[g]) for g in picked}
            return self._settle(pending, normal(beliefs), memory, heard)
        if question.slot in heard.said:  # a value that was not offered
            anyone = weigh({g: together.guides.get(g, 0) for g in self.guides}, self.guides, heard.said, 0.0)
            return self._settle(pending, anyone, memory, heard)
        if self._is_other_question(heard, alone, pending):
            return None
        offered = {g: p * (together.guides.get(g, 0) + 1e-6) for g, p in pending.beliefs.items()}
        return self._settle(pending, weigh(offered, self.guides, heard.said, self.thresholds.denied), memory, heard)

    def _is_other_question(self, heard: Heard, alone: Scores, pending: Pending) -> bool:
        outside = max((p for guide, p in alone.guides.items() if guide not in pending.beliefs), default=0.0)
        inside = sum(alone.guides.get(guide, 0.0) for guide in pending.beliefs)
        asks = heard.section is not None and not heard.said
        return alone.out_of_scope > 0.5 or outside > max(inside, 0.4) or (asks and alone.topicless > inside)

    def _unsure(self, pending: Pending, question: Question, memory: Memory) -> Decision:
        if pending.repeated:
            return self._answer_pending(pending, pending.beliefs, memory)
        again = replace(pending, repeated=True, aside=0)
        return Decision(Act.CLARIFY, replace(memory, pending=again), section=pending.section, question=question)

    def _settle(self, pending: Pending, beliefs: Beliefs, memory: Memory, heard: Heard) -> Decision:
        memory = memory.with_said(heard.said)
        sure = max(beliefs.values()) >= self.thresholds.settled
        if sure or pending.asked >= self.thresholds.max_questions:
            return self._answer_pending(pending, beliefs, memory)
        said = {**heard.said, pending.slot: ()}
        return self.ask(pending.text, pending.section, beliefs, memory, said, pending.asked + 1)

    def _answer_pending(self, pending: Pending, beliefs: Beliefs, memory: Memory) -> Decision:
        guide = max(beliefs, key=lambda g: beliefs[g])
        wider = {**pending.beliefs, **beliefs}
        return self.answer(guide, pending.section, wider, replace(memory, pending=None))


def aside(memory: Memory) -> Memory:
    """A turn was spent on something else than the question under way, which is dropped after two such turns."""
    if memory.pending is None:
        return memory
    turns = memory.pending.aside + 1
    return replace(memory, pending=replace(memory.pending, aside=turns) if turns <= 2 else None)
