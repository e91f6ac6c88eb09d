"""The whole way from the journal to clusters, and where they are kept until something is decided about them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from bot.edge.journal import Journal
from bot.learn.mine.cluster import Cluster, Member, cluster_id
from bot.learn.mine.config import MiningConfig
from bot.learn.mine.doubles import core, is_noise
from bot.learn.mine.grouping import grouped, medoid
from bot.learn.mine.known import Known
from bot.learn.mine.said import said_since
from bot.learn.mine.suggest import Place, suggest
from bot.learn.mine.wording import Wording, known, wordings
from bot.learn.mine.worth import Worth, worthy
from bot.learn.problem import LearnError
from bot.learn.tables import clusters as kept
from bot.learn.tables import decisions
from index.e5 import Floats
from index.engine import Scores
from index.thresholds import Thresholds

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Mined:
    """The clusters, the most valuable first, and what became of all messages on the way."""

    clusters: tuple[Cluster, ...]
    counts: dict[str, int]


def mine(journal: Journal, known_now: Known, data: Path, progress: Progress = lambda _: None) -> Mined:
    """Mine the journal and keep what was found in place of what was mined before. JournalError, LearnError."""
    config = MiningConfig.load(data / "learning.yml")
    thresholds = Thresholds.load(data / "thresholds.yml")
    progress("读取消息日志")
    messages = said_since(journal)
    found = clusters_of(list(worthy(messages, config)), decided(journal), known_now, config, thresholds, progress)
    mined = Mined(found.clusters, {"messages": len(messages), **found.counts})
    keep(journal, mined.clusters)
    return mined


def clusters_of(
    worth: Sequence[Worth],
    done: Iterable[str],
    known_now: Known,
    config: MiningConfig,
    thresholds: Thresholds,
    progress: Progress,
) -> Mined:
    """The clusters of messages; `done` are texts that something was decided about already."""
    taught = {*known_now.texts, *done}
    clean = [one for one in worth if one.said.text not in taught and not is_noise(one.said.text, config)]
    together = wordings(clean, config)
    chosen = together[: config.most_wordings]
    progress(f"计算 {len(chosen)} 种说法的句向量")
    scores = known_now.scores([wording.text for wording in chosen])
    open_rows = [row for row, score in enumerate(scores) if is_open(chosen[row], score, thresholds)]
    progress(f"把 {len(open_rows)} 种说法归类")
    left = [chosen[row] for row in open_rows]
    vectors = known_now.embed([core(wording.text, config) for wording in left])
    made = [
        _cluster(
            [left[row] for row in rows], [scores[open_rows[row]] for row in rows], vectors[rows], known_now, config
        )
        for rows in grouped(vectors, config.apart)
    ]
    large = [(value, cluster) for value, cluster in made if cluster.size >= config.least]
    counts = {
        "worth": len(worth),
        "noise_or_taught": len(worth) - len(clean),
        "wordings": len(together),
        "too_many": len(together) - len(chosen),
        "understood_today": len(chosen) - len(left),
        "in_small_clusters": sum(cluster.size for _, cluster in made if cluster.size < config.least),
    }
    return Mined(tuple(cluster for _, cluster in sorted(large, key=lambda one: (-one[0], one[1].id))), counts)


def is_open(wording: Wording, scores: Scores, thresholds: Thresholds) -> bool:
    """Whether there is something to learn today: citizens were not content, or a guide would not be answered."""
    return known(wording.reasons) or max(scores.guides.values(), default=0.0) < thresholds.answer


def _cluster(
    own: Sequence[Wording], scores: Sequence[Scores], vectors: Floats, known_now: Known, config: MiningConfig
) -> tuple[float, Cluster]:
    """A cluster and its value."""
    weights = np.array([wording.count for wording in own], np.float32)
    name = own[medoid(vectors, weights)].text
    place = Place.of(own, scores, known_now.nearest_intents(vectors, weights))
    reasons: Counter[str] = Counter()
    for wording in own:
        reasons.update(wording.reasons)
    members = sorted(own, key=lambda wording: (-wording.count, wording.text))
    cluster = Cluster(
        cluster_id(name),
        name,
        int(weights.sum()),
        tuple(Member(wording.text, wording.count, wording.others) for wording in members),
        suggest(place, own, config),
        {"reasons": dict(sorted(reasons.items())), **place.evidence()},
    )
    return sum(wording.value(config) for wording in own), cluster


def decided(journal: Journal) -> set[str]:
    """Every wording that a standing decision is about."""
    rows = journal.rows(select(decisions.c.members).where(decisions.c.undone_at.is_(None)))
    return {text for row in rows for text in json.loads(row.members)}


def keep(journal: Journal, found: Sequence[Cluster]) -> None:
    """Put these in place of the clusters that were kept before."""
    rows = [row_of(one, place) for place, one in enumerate(found)]
    journal.write(kept.delete(), *(kept.insert().values(row) for row in rows))


def row_of(cluster: Cluster, place: int) -> dict[str, Any]:
    """A cluster as it is kept, in its place among the others."""
    found = json.dumps(cluster.to_json(), ensure_ascii=False)
    return {"id": cluster.id, "mined_at": datetime.now(UTC), "place": place, "found": found}


def kept_clusters(journal: Journal) -> list[Cluster]:
    """What was mined last and is not decided yet, the most valuable first."""
    rows = journal.rows(select(kept.c.found).order_by(kept.c.place))
    return [Cluster.from_json(json.loads(row.found)) for row in rows]


def kept_cluster(journal: Journal, name: str) -> Cluster:
    """One of them by its id. LearnError `no_cluster` where there is none."""
    rows = journal.rows(select(kept.c.found).where(kept.c.id == name))
    if not rows:
        raise LearnError("no_cluster", id=name)
    return Cluster.from_json(json.loads(rows[0].found))
