"""Deciding about a cluster, on record; and taking a decision back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from bot.edge.journal import Journal
from bot.learn.decide.changes import Change, apply
from bot.learn.decide.leaks import leaking
from bot.learn.decide.plan import Asked, plan
from bot.learn.decide.verdict import Kind, Verdict
from bot.learn.mine.cluster import Cluster
from bot.learn.mine.doubles import NEARLY, alike
from bot.learn.mine.run import kept_cluster, row_of
from bot.learn.problem import LearnError
from bot.learn.tables import clusters, decisions
from bot.settings import Settings
from index.corpus import load_questions

TAUGHT = (Kind.GUIDE, Kind.INTENT, Kind.NEW_INTENT, Kind.NEW_GUIDE, Kind.OUT_OF_SCOPE)
_TOPICLESS = 0.5  # from this mean probability on, a cluster's wordings name no matter


@dataclass(frozen=True)
class Decided:
    """A decision as it stands: what was taught, what was left out, and what an operator should look at again."""

    id: int
    verdict: str
    taught: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[tuple[str, str, str], ...]  # a wording, what it is nearly, and of which guide that is
    files: tuple[str, ...]


@dataclass(frozen=True)
class Ruling:
    """What an operator says about a cluster; wordings in `without` are left for another decision."""

    verdict: Verdict
    by: str
    response: str | None = None
    without: frozenset[str] = frozenset()


def accept(journal: Journal, settings: Settings, cluster_id: str, ruling: Ruling) -> Decided:
    """Decide about a cluster that was mined. LearnError where it cannot be followed; then nothing has changed."""
    cluster = _narrowed(kept_cluster(journal, cluster_id), ruling.without)
    verdict, texts = ruling.verdict, [member.text for member in cluster.members]
    left_out = sorted(leaking(texts)) if verdict.kind in TAUGHT else []
    taught = [text for text in texts if text not in left_out]
    if not taught:
        raise LearnError("all_left_out", id=cluster_id)
    topicless = cluster.evidence.get("topicless", 0.0) >= _TOPICLESS
    changes = plan(Asked(verdict, taught, topicless, ruling.response), settings)
    warnings = doubles(taught, verdict, settings)
    row = _row(cluster, ruling, changes)
    apply(changes, lambda: journal.write(decisions.insert().values(**row), _gone(cluster_id)))
    number = journal.rows(select(decisions.c.id).where(decisions.c.cluster == cluster_id).order_by(decisions.c.id))[-1]
    files = tuple(str(change.path) for change in changes)
    return Decided(number.id, str(verdict), tuple(taught), tuple(left_out), warnings, files)


def _narrowed(cluster: Cluster, without: frozenset[str]) -> Cluster:
    """The cluster without some wordings. LearnError `not_a_member` where it has none of that text."""
    if strangers := without - {member.text for member in cluster.members}:
        raise LearnError("not_a_member", id=cluster.id, texts="、".join(sorted(strangers)))
    return replace(cluster, members=tuple(member for member in cluster.members if member.text not in without))


def undo(journal: Journal, decision: int, by: str) -> list[str]:
    """Take a decision back; the files that changed. Its cluster is to be decided again.

    LearnError where there is none that stands, or files moved on.
    """
    rows = journal.rows(select(decisions).where(decisions.c.id == decision))
    if not rows or rows[0].undone_at is not None:
        raise LearnError("no_decision", id=decision)
    changes = [Change.from_json(one).reversed() for one in json.loads(rows[0].changes)]
    mark = decisions.update().where(decisions.c.id == decision).values(undone_at=datetime.now(UTC), undone_by=by)
    apply(changes, lambda: journal.write(mark, *_back(rows[0])))
    return [str(change.path) for change in changes]


def history(journal: Journal) -> list[dict[str, Any]]:
    """Every decision, the latest first: when, who, about what, and whether it was taken back."""
    columns = [column for column in decisions.c if column.name not in ("changes", "found")]
    rows = journal.rows(select(columns).order_by(decisions.c.id.desc()))
    return [_shown(dict(row._mapping)) for row in rows]


def made_since(journal: Journal, since: datetime | None) -> int:
    """How many decisions stand that changed files after a moment, or ever."""
    standing = decisions.c.undone_at.is_(None) & (decisions.c.changes != "[]")
    query = select(func.count()).select_from(decisions).where(standing)
    return int(journal.rows(query.where(decisions.c.at > since) if since else query)[0][0])


def doubles(texts: Sequence[str], verdict: Verdict, settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Wordings that are nearly a written question of another guide than the one they are taught for."""
    if verdict.kind not in TAUGHT:
        return ()
    others = [one for one in load_questions(settings.data_dir / "questions") if one.label != verdict.about]
    found = ((text, other) for text in texts for other in others if alike(text, other.text) >= NEARLY)
    return tuple((text, other.text, other.label) for text, other in found)


def _row(cluster: Cluster, ruling: Ruling, changes: Sequence[Change]) -> dict[str, Any]:
    said = [text for member in cluster.members for text in (member.text, *member.others)]
    return {
        "at": datetime.now(UTC),
        "by": ruling.by[:64],
        "cluster": cluster.id,
        "name": cluster.name,
        "verdict": str(ruling.verdict)[:160],
        "members": json.dumps(said, ensure_ascii=False),
        "changes": json.dumps([change.to_json() for change in changes], ensure_ascii=False),
        "found": json.dumps(cluster.to_json(), ensure_ascii=False),
    }


def _gone(cluster_id: str) -> Any:
    return clusters.delete().where(clusters.c.id == cluster_id)


def _back(row: Any) -> list[Any]:
    """What puts the cluster of a decision before all others; nothing where the decision is older than its record."""
    if row.found is None:
        return []
    cluster = Cluster.from_json(json.loads(row.found))
    return [_gone(cluster.id), clusters.insert().values(row_of(cluster, 0))]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    row["members"] = json.loads(row["members"])
    for name in ("at", "undone_at"):
        row[name] = row[name].isoformat() if row[name] else None
    return row
