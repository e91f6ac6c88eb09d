"""The list of what was found in the log: searched, filtered, decided on many at once; and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.console.access import Access, back_to
from bot.console.deciding import Choice, Deciding, writing
from bot.console.deeds import record
from bot.console.pages import Pages, Visitor
from bot.console.words import TELLABLE
from bot.edge.journal import Journal
from bot.learn.decide.decide import history
from bot.learn.decide.verdict import Kind
from bot.learn.mine.arrange import merge
from bot.learn.mine.cluster import Cluster
from bot.learn.mine.run import kept_clusters
from bot.learn.problem import LearnError

OPEN, DECIDED, UNDONE = "open", "decided", "undone"
STATES = (OPEN, DECIDED, UNDONE)
KINDS = ("guide", "intent", "new-intent", "gap", "out-of-scope")  # what is suggested
SIZES = (2, 5, 10, 20, 50)
_SHOWN = 100


@dataclass(frozen=True)
class Filter:
    """What of the list is shown."""

    state: str = OPEN
    kind: str = ""
    size: int = 0
    words: str = ""

    @classmethod
    def of(cls, request: Request) -> Filter:
        """From the query; what is no filter is none."""
        given = request.query_params
        state, kind, size = given.get("state", OPEN), given.get("kind", ""), given.get("size", "")
        least = int(size) if size.isdecimal() and len(size) < 6 else 0
        words = given.get("q", "").strip()
        return cls(state if state in STATES else OPEN, kind if kind in KINDS else "", least, words[:100])

    def takes(self, cluster: Cluster) -> bool:
        """Whether a cluster is shown."""
        said = (text for member in cluster.members for text in (member.text, *member.others))
        of_kind = not self.kind or cluster.suggestion.verdict.partition(":")[0] == self.kind
        return of_kind and cluster.size >= self.size and (not self.words or any(self.words in text for text in said))

    def takes_decision(self, decision: dict[str, Any]) -> bool:
        """The same of a decision."""
        is_undone = decision["undone_at"] is not None
        of_kind = not self.kind or decision["verdict"].partition(":")[0] == self.kind
        said = not self.words or any(self.words in text for text in decision["members"])
        return is_undone == (self.state == UNDONE) and of_kind and said


class Review:
    """`/console/review`."""

    def __init__(self, journal: Journal, deciding: Deciding, access: Access, pages: Pages) -> None:
        self._journal = journal
        self._deciding = deciding
        self._access = access
        self._pages = pages

    def list(self, request: Request, visitor: Visitor) -> Response:
        """What is to be decided, the most valuable first; or what was decided, the latest first."""
        wanted, made = Filter.of(request), history(self._journal)
        found: Sequence[Cluster] = kept_clusters(self._journal)
        clusters = [one for one in found if wanted.takes(one)] if wanted.state == OPEN else []
        decisions = [one for one in made if wanted.takes_decision(one)] if wanted.state != OPEN else []
        standing = (one for one in made if one["undone_at"] is None and one["by"] == visitor.account.name)
        values = {
            "wanted": wanted,
            "clusters": clusters[:_SHOWN],
            "decisions": decisions[:_SHOWN],
            "count": len(clusters) or len(decisions),
            "waiting": len(found),
            "latest": next(standing, None),
            "states": STATES,
            "kinds": KINDS,
            "sizes": SIZES,
            "address": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        }
        return self._pages.page("review.html", visitor, self._access.token(visitor), 200, section="review", **values)

    def many(self, _request: Request, visitor: Visitor) -> Response:
        """The same decision on every cluster that was ticked, or one cluster out of all of them."""
        names, kind = visitor.form.all("cluster"), visitor.form.one("kind")
        if not names:
            raise LearnError("none_ticked")
        if kind == "merge":
            with writing():
                whole = merge(self._journal, names)
            record(self._journal, visitor.account.name, "merged", whole, "、".join(names))
            self._tell(visitor, "done", "merged", count=len(names))
            return back_to(visitor)
        known = {one.id: one for one in kept_clusters(self._journal)}
        for name in names:
            self._decide(known.get(name), name, visitor)
        return back_to(visitor)

    def undo(self, _request: Request, visitor: Visitor) -> Response:
        """Take a decision back."""
        number = visitor.form.one("decision")
        if not number.isdecimal() or len(number) > 18:
            raise LearnError("no_decision", id=number)
        self._deciding.undo(int(number), visitor)
        return back_to(visitor)

    def _decide(self, cluster: Cluster | None, name: str, visitor: Visitor) -> None:
        """One of many: what cannot be decided is told, and keeps nobody from the others."""
        try:
            if cluster is None:
                raise LearnError("no_cluster", id=name)
            choice: Choice = self._deciding.choice(visitor.form, cluster)
            if choice.verdict.kind in (Kind.NEW_INTENT, Kind.NEW_GUIDE):
                raise LearnError("needs_response")
            self._deciding.decide(name, choice, visitor)
        except TELLABLE as error:
            text = cluster.name if cluster else name
            self._tell(visitor, "problem", "not_decided", name=text, problem=self._pages.words.problem(error))

    def _tell(self, visitor: Visitor, kind: str, key: str, **blanks: object) -> None:
        self._pages.notes.add(visitor.cookie, kind, self._pages.words.say(f"notes.{key}", **blanks))
