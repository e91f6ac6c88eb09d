"""Decisions out of forms: which verdict is meant, and that nothing else writes the data meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.console.forms import Form
from bot.console.guides import Guides
from bot.console.pages import Notes, Visitor
from bot.console.words import Words
from bot.edge.journal import Journal
from bot.learn.alone import alone
from bot.learn.decide import decide
from bot.learn.decide.decide import Decided, Ruling
from bot.learn.decide.verdict import Kind, Verdict
from bot.learn.mine.cluster import Cluster
from bot.learn.problem import LearnError
from bot.settings import Settings
from index.corpus import CHATTER, OUT_OF_SCOPE, SECTIONS, TOPICLESS

OFFERED = (Kind.GUIDE, Kind.INTENT, Kind.NEW_INTENT, Kind.OUT_OF_SCOPE, Kind.GAP, Kind.IGNORE)
_TOPICLESS = 0.5  # as bot.learn.decide takes a cluster for one that names no matter


@contextmanager
def writing() -> Iterator[None]:
    """Nobody else writes the data meanwhile. LearnError `busy` where somebody does: no page waits for a training."""

    def busy() -> None:
        raise LearnError("busy")

    with alone(busy):
        yield


@dataclass(frozen=True)
class Choice:
    """What a form says is to be done about a cluster."""

    verdict: Verdict
    response: str | None = None


@dataclass(frozen=True)
class Deciding:
    """Takes choices out of forms and decides."""

    journal: Journal
    settings: Settings
    guides: Guides
    words: Words
    notes: Notes

    def choice(self, form: Form, cluster: Cluster) -> Choice:
        """LearnError where the form names none, or none that there is."""
        kind = form.one("kind")
        if kind == "suggested":
            suggested = cluster.suggestion
            if Verdict.of(suggested.verdict).kind is Kind.NEW_INTENT:
                raise LearnError("needs_response")
            return Choice(Verdict.of(suggested.verdict))
        if kind == Kind.GUIDE:
            guide = self.guides.picked(form.one("guide"))
            if guide is None:
                raise LearnError("unknown_title", title=form.one("guide"))
            return Choice(Verdict(Kind.GUIDE, guide))
        if kind == Kind.NEW_INTENT:
            return Choice(Verdict.of(f"{kind}:{form.one('name')}"), form.one("response"))
        if kind not in OFFERED:
            raise LearnError("no_choice")
        return Choice(Verdict.of(f"{kind}:{form.one('intent')}" if kind == Kind.INTENT else kind))

    def decide(self, cluster: str, choice: Choice, visitor: Visitor) -> Decided:
        """Decide, and tell the visitor what came of it."""
        ruling = Ruling(choice.verdict, visitor.account.name, choice.response)
        with writing():
            made = decide.accept(self.journal, self.settings, cluster, ruling)
        told = "decided_and_taught" if made.files else "decided"
        self._tell(visitor, "done", told, id=made.id, count=len(made.taught))
        if made.left_out:
            self._tell(visitor, "warning", "left_out", count=len(made.left_out), texts="、".join(made.left_out))
        for text, other, guide in made.warnings:
            self._tell(visitor, "warning", "double", text=text, other=other, title=self.guides.title(guide))
        return made

    def undo(self, decision: int, visitor: Visitor) -> None:
        """Take a decision back, and tell so."""
        with writing():
            decide.undo(self.journal, decision, visitor.account.name)
        self._tell(visitor, "done", "undone", id=decision)

    def _tell(self, visitor: Visitor, kind: str, key: str, **blanks: object) -> None:
        self.notes.add(visitor.cookie, kind, self.words.say(f"notes.{key}", **blanks))


def taught_class(verdict: Verdict, cluster: Cluster) -> str | None:
    """The ranker's class that a verdict teaches; None where it teaches the ranker nothing."""
    if verdict.kind is Kind.GUIDE:
        return verdict.about
    if verdict.kind is Kind.OUT_OF_SCOPE or (verdict.kind is Kind.INTENT and verdict.about in (*CHATTER, OUT_OF_SCOPE)):
        return OUT_OF_SCOPE
    topicless = cluster.evidence.get("topicless", 0.0) >= _TOPICLESS
    return TOPICLESS if verdict.kind is Kind.INTENT and verdict.about in SECTIONS and topicless else None
