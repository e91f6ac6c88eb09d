"""One cluster: its wordings, where it lies, what a decision would do, and its members put elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.access import HOME, Access
from bot.console.deciding import OFFERED, Deciding, taught_class, writing
from bot.console.deeds import record
from bot.console.effects import Effects
from bot.console.guides import shown
from bot.console.pages import Pages, Visitor
from bot.console.words import TELLABLE
from bot.edge.journal import Journal
from bot.learn.decide.verdict import Kind
from bot.learn.mine.arrange import ARRANGED, move, split
from bot.learn.mine.cluster import Cluster
from bot.learn.mine.run import kept_cluster, kept_clusters
from bot.learn.problem import LearnError
from bot.learn.tables import clusters

KEYS = {Kind.OUT_OF_SCOPE: "o", Kind.GAP: "g", Kind.IGNORE: "i", Kind.NEW_INTENT: "n"}
_TARGETS = 200  # clusters that members can be moved to


class ClusterPages:
    """`/console/review/{id}` and what its forms send."""

    def __init__(self, journal: Journal, deciding: Deciding, effects: Effects, access: Access, pages: Pages) -> None:
        self._journal = journal
        self._deciding = deciding
        self._effects = effects
        self._access = access
        self._pages = pages

    def page(self, request: Request, visitor: Visitor) -> Response:
        """Everything about the cluster, and what can be done."""
        cluster = self._cluster(request)
        kind, _, about = cluster.suggestion.verdict.partition(":")
        values = {
            "members": [(key_of(member.text), member) for member in cluster.members],
            "arranged": bool(cluster.evidence.get(ARRANGED)),
            "kinds": [str(one) for one in OFFERED],
            "keys": KEYS,
            "suggested": {"kind": kind, "about": about},
            "guide": shown(about, self._deciding.guides.title(about)) if kind == Kind.GUIDE else "",
            "shares": {one["guide"]: f"{one['share']:.0%}" for one in cluster.evidence.get("guide_shares", ())},
            "guides": self._guides(),
            "intents": self._intents(),
            "others": [one for one in kept_clusters(self._journal) if one.id != cluster.id][:_TARGETS],
        }
        return self._page("cluster.html", visitor, cluster, **values)

    def effect(self, request: Request, visitor: Visitor) -> Response:
        """What the decision in the form would do; the same form again, to be confirmed."""
        cluster = self._cluster(request)
        choice = self._deciding.choice(visitor.form, cluster)
        label = taught_class(choice.verdict, cluster)
        texts = [member.text for member in cluster.members]
        problem, effect = "", None
        try:
            effect = self._effects.of(texts, label) if label else None
        except TELLABLE as error:  # an effect that cannot be told keeps nobody from deciding
            problem = self._pages.words.problem(error)
        fields = {name: visitor.form.one(name) for name in ("kind", "guide", "intent", "name", "response")}
        told = {"label": label, "effect": effect, "problem": problem}
        return self._page("effect.html", visitor, cluster, verdict=str(choice.verdict), fields=fields, **told)

    def decide(self, request: Request, visitor: Visitor) -> Response:
        """Decide; then the list again."""
        cluster = self._cluster(request)
        self._deciding.decide(cluster.id, self._deciding.choice(visitor.form, cluster), visitor)
        return RedirectResponse(HOME, 303)

    def arrange(self, request: Request, visitor: Visitor) -> Response:
        """Split the ticked members off, or move them to another cluster; then the cluster that they are in now."""
        cluster = self._cluster(request)
        texts = _ticked(cluster, visitor.form.all("member"))
        to = visitor.form.one("to")
        with writing():
            if visitor.form.one("how") == "split":
                there, what = split(self._journal, cluster.id, texts), "split"
            else:
                there, what = move(self._journal, cluster.id, texts, to), "moved"
        record(self._journal, visitor.account.name, what, there, "、".join(texts))
        self._pages.notes.add(visitor.cookie, "done", self._pages.words.say(f"notes.{what}", count=len(texts)))
        return RedirectResponse(f"{HOME}/{there}", 303)

    def _cluster(self, request: Request) -> Cluster:
        return kept_cluster(self._journal, request.path_params["cluster"])

    def _page(self, template: str, visitor: Visitor, cluster: Cluster, **values: Any) -> Response:
        shared = {"section": "review", "cluster": cluster, "next": self._next(cluster), **values}
        return self._pages.page(template, visitor, self._access.token(visitor), 200, **shared)

    def _next(self, cluster: Cluster) -> str | None:
        """The one after it in the list."""
        names = [row.id for row in self._journal.rows(select(clusters.c.id).order_by(clusters.c.place))]
        after = names[names.index(cluster.id) + 1 :] if cluster.id in names else []
        return after[0] if after else None

    def _guides(self) -> list[str]:
        return [shown(guide, title) for guide, title in self._deciding.guides.titles().items()]

    def _intents(self) -> list[str]:
        folder = self._deciding.settings.data_dir / "nlu"
        return sorted(path.stem for path in folder.glob("*.yml"))


def key_of(text: str) -> str:
    """A member in a form: short, and of no other wording should somebody have moved it meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _ticked(cluster: Cluster, keys: Sequence[str]) -> list[str]:
    """The members whose keys were sent; LearnError where one is not among them (any more)."""
    texts = {key_of(member.text): member.text for member in cluster.members}
    if not set(keys) <= texts.keys():
        raise LearnError("moved_meanwhile")
    return [texts[key] for key in keys]
