"""Clusters put together otherwise: nothing is lost, nothing doubled, and a place in the list is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.edge.journal import Journal
from bot.learn.mine.arrange import ARRANGED, merge, move, split
from bot.learn.mine.cluster import Cluster, Member, Suggestion, cluster_id
from bot.learn.mine.run import keep, kept_cluster, kept_clusters
from bot.learn.problem import LearnError

CARD, TALK, FEE = cluster_id("甲一"), cluster_id("乙一"), cluster_id("丙一")


def cluster(name: str, **counts: int) -> Cluster:
    members = tuple(Member(text, count, (f"请问{text}",)) for text, count in counts.items())
    return Cluster(cluster_id(name), name, sum(counts.values()), members, Suggestion("gap"), {"topicless": 0.1})


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db")
    keep(opened, [cluster("甲一", 甲一=2, 甲二=5), cluster("乙一", 乙一=3), cluster("丙一", 丙一=1)])
    yield opened
    opened.close()


def said(journal: Journal) -> Counter[str]:
    return Counter(member.text for one in kept_clusters(journal) for member in one.members)


def test_what_is_split_off_stands_beside_what_is_left(journal: Journal) -> None:
    before = said(journal)
    new = split(journal, CARD, ["甲二"])
    assert (new, kept_cluster(journal, new).size) == (cluster_id("甲二"), 5)
    assert (kept_cluster(journal, CARD).size, kept_cluster(journal, CARD).evidence[ARRANGED]) == (2, True)
    assert said(journal) == before
    assert {one.id for one in kept_clusters(journal)[:2]} == {CARD, new}


def test_where_the_middle_one_goes_the_rest_gets_another_name(journal: Journal) -> None:
    new = split(journal, CARD, ["甲一"])
    assert new == CARD
    assert kept_cluster(journal, cluster_id("甲二")).name == "甲二"


def test_what_is_moved_counts_there_and_an_empty_cluster_is_gone(journal: Journal) -> None:
    before = said(journal)
    assert move(journal, TALK, ["乙一"], CARD) == CARD
    assert kept_cluster(journal, CARD).size == 10
    assert [one.id for one in kept_clusters(journal)] == [CARD, FEE]
    assert kept_cluster(journal, CARD).members[0].others == ("请问甲二",)
    assert said(journal) == before


def test_several_become_one_in_the_place_of_the_first(journal: Journal) -> None:
    before = said(journal)
    assert merge(journal, [FEE, TALK, TALK]) == TALK, "the largest gives its name"
    assert [one.id for one in kept_clusters(journal)] == [CARD, TALK]
    assert said(journal) == before


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda journal: split(journal, CARD, ["甲一", "甲二"]), "nothing_left"),
        (lambda journal: split(journal, CARD, []), "none_chosen"),
        (lambda journal: split(journal, "c00000000", ["甲一"]), "no_cluster"),
        (lambda journal: move(journal, CARD, ["甲一"], CARD), "same_cluster"),
        (lambda journal: move(journal, CARD, ["甲一"], "c00000000"), "no_cluster"),
        (lambda journal: merge(journal, [CARD, CARD]), "few_clusters"),
    ],
)
def test_what_cannot_be_done_changes_nothing(journal: Journal, act: Any, code: str) -> None:
    before = [one.to_json() for one in kept_clusters(journal)]
    with pytest.raises(LearnError) as refused:
        act(journal)
    assert refused.value.code == code
    assert [one.to_json() for one in kept_clusters(journal)] == before
