"""Clusters put together otherwise by people: wordings moved, split off, clusters merged, until the next mining.

What was found out about a cluster (its nearest guides and intents, the suggestion) stays as it was for the larger part,
with a mark that it was found for other members.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.edge.journal import Journal
from bot.learn.mine.cluster import Cluster, Member, cluster_id
from bot.learn.mine.run import row_of
from bot.learn.problem import LearnError
from bot.learn.tables import clusters

ARRANGED = "arranged"  # of the evidence: found for other members than these


def split(journal: Journal, name: str, texts: Collection[str]) -> str:
    """Make a cluster of its own of some members; its id. LearnError where that would leave one of the two empty."""
    place, cluster = _kept(journal, [name])[0]
    taken, left = _parted(cluster, texts)
    if not left:
        raise LearnError("nothing_left", id=name)
    made = [_of(cluster, taken), _of(cluster, left)]
    _write(journal, [name], [(place, one) for one in made])
    return made[0].id


def move(journal: Journal, name: str, texts: Collection[str], to: str) -> str:
    """Put some members into another cluster; its id. A cluster that has none left is gone."""
    if name == to:
        raise LearnError("same_cluster", id=name)
    (place, source), (there, target) = _kept(journal, [name, to])
    taken, left = _parted(source, texts)
    grown = _of(target, [*target.members, *taken])
    _write(journal, [name, to], [(there, grown), *([(place, _of(source, left))] if left else [])])
    return grown.id


def merge(journal: Journal, names: Sequence[str]) -> str:
    """Make one cluster of several; its id. What was found out is that of the largest of them."""
    found = _kept(journal, list(dict.fromkeys(names)))
    if len(found) < 2:
        raise LearnError("few_clusters")
    largest = max((cluster for _, cluster in found), key=lambda one: one.size)
    whole = _of(largest, [member for _, cluster in found for member in cluster.members])
    _write(journal, names, [(min(place for place, _ in found), whole)])
    return whole.id


def _kept(journal: Journal, names: Sequence[str]) -> list[tuple[int, Cluster]]:
    """Clusters with their places, in the order of the names. LearnError `no_cluster`."""
    rows = {row.id: row for row in journal.rows(select(clusters).where(clusters.c.id.in_(names)))}
    if lacking := [name for name in names if name not in rows]:
        raise LearnError("no_cluster", id=lacking[0])
    return [(rows[name].place, Cluster.from_json(json.loads(rows[name].found))) for name in names]


def _parted(cluster: Cluster, texts: Collection[str]) -> tuple[list[Member], list[Member]]:
    taken = [member for member in cluster.members if member.text in texts]
    if not taken:
        raise LearnError("none_chosen", id=cluster.id)
    return taken, [member for member in cluster.members if member.text not in texts]


def _of(cluster: Cluster, members: Iterable[Member]) -> Cluster:
    """A cluster of these members, named by the one in the middle of before, or else by what was said most."""
    ordered = tuple(sorted(members, key=lambda member: (-member.count, member.text)))
    texts = [member.text for member in ordered]
    name = cluster.name if cluster.name in texts else texts[0]
    size = sum(member.count for member in ordered)
    evidence = {**cluster.evidence, ARRANGED: True}
    return replace(cluster, id=cluster_id(name), name=name, size=size, members=ordered, evidence=evidence)


def _write(journal: Journal, gone: Sequence[str], made: Sequence[tuple[int, Cluster]]) -> None:
    rows = [clusters.insert().values(row_of(cluster, place)) for place, cluster in made]
    journal.write(clusters.delete().where(clusters.c.id.in_(gone)), *rows)
