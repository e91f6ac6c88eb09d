"""One contract for every store of the shared state, and what is written over it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.parts import TEXT, Part
from bot.edge.wechat.state import StateError, Store, change
from bot.edge.wechat.state_redis import RedisStore
from bot.edge.wechat.state_sql import SqlStore
from bot.edge.wechat.words import Allowance

QUOTA = {"message": Allowance(5, 172_800), "event": Allowance(3, 60)}


@pytest.fixture(params=["sql", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sql":
        made: Store = SqlStore(f"sqlite:///{tmp_path}/state.db")
    else:
        made = RedisStore(request.getfixturevalue("redis_url"))
        for name in made.names(""):
            made.drop(name)
    yield made
    made.close()


def test_what_is_put_is_there(store: Store) -> None:
    assert store.get("a") is None
    store.put("a", "壹", 60)
    store.put("a", "贰", 60)
    assert store.get("a") == "贰"
    store.drop("a")
    store.drop("a")
    assert store.get("a") is None


def test_only_one_adds(store: Store) -> None:
    assert store.add("a", "1", 60)
    assert not store.add("a", "2", 60)
    assert store.get("a") == "1"


def test_only_who_knows_what_is_there_swaps(store: Store) -> None:
    assert not store.swap("a", "1", "2", 60)
    store.put("a", "1", 60)
    assert not store.swap("a", "0", "2", 60)
    assert store.swap("a", "1", "2", 60)
    assert store.get("a") == "2"


def test_what_is_past_its_end_is_not_there(store: Store) -> None:
    store.put("a", "1", 0.05)
    store.put("b", "1", 60)
    time.sleep(0.1)
    assert store.get("a") is None
    assert not store.swap("a", "1", "2", 60)
    assert store.names("") == ["b"]
    assert store.add("a", "3", 60)
    store.tidy()
    assert store.get("a") == "3"


def test_names_are_found_by_how_they_begin(store: Store) -> None:
    for name in ("x:1", "x:2", "y:1"):
        store.put(name, "v", 60)
    assert sorted(store.names("x:")) == ["x:1", "x:2"]


def test_changes_at_once_are_all_there(store: Store) -> None:
    def count() -> None:
        for _ in range(20):
            change(store, "n", lambda before: (before or 0) + 1, 60)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("n") == "80"


def test_workers_that_start_together_all_find_the_table(tmp_path: Path) -> None:
    stores = [SqlStore(f"sqlite:///{tmp_path}/state.db") for _ in range(8)]
    added: list[bool] = []
    threads = [threading.Thread(target=lambda s=store: added.append(s.add("a", "1", 60))) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [False] * 7 + [True]


def test_a_store_that_cannot_be_reached_says_so() -> None:
    for broken in (RedisStore("redis://127.0.0.1:9/0"), SqlStore("sqlite:////proc/no/state.db")):
        with pytest.raises(StateError):
            broken.get("a")


def test_parts_wait_in_order_and_are_taken_once(store: Store) -> None:
    outbox = Outbox(store, "wechat", QUOTA)
    one, two, three = (Part(TEXT, text) for text in "甲乙丙")
    outbox.push("o1", [one, two])
    outbox.push("o1", [three])
    assert outbox.first("o1") == one
    outbox.drop_first("o1")
    assert outbox.take("o2") == []
    assert outbox.take("o1") == [two, three]
    assert outbox.take("o1") == []
    assert not outbox.has_waiting("o1")


def test_nobody_takes_what_another_is_sending(store: Store) -> None:
    outbox = Outbox(store, "wechat", QUOTA)
    outbox.push("o1", [Part(TEXT, "甲")])
    assert outbox.lock("o1")
    assert outbox.take("o1") == []
    assert not outbox.has_waiting("o1")
    outbox.unlock("o1")
    assert outbox.take("o1") == [Part(TEXT, "甲")]


def test_the_quota_is_what_was_granted_last_unless_more_is_left(store: Store) -> None:
    now = [1000.0]
    outbox = Outbox(store, "wechat", QUOTA, clock=lambda: now[0])
    assert not outbox.may_write("o1")
    outbox.grant("o1", "event")
    for _ in range(3):
        assert outbox.may_write("o1")
        outbox.wrote("o1")
    assert not outbox.may_write("o1")
    outbox.grant("o1", "message")
    outbox.grant("o1", "event")  # takes nothing away
    now[0] += 3600
    assert outbox.may_write("o1")
    now[0] += 172_800
    assert not outbox.may_write("o1")


def test_who_left_is_forgotten(store: Store) -> None:
    outbox = Outbox(store, "wechat", QUOTA)
    outbox.push("o1", [Part(TEXT, "甲")])
    outbox.offer("o1", [("企业", "企业")])
    outbox.grant("o1", "message")
    outbox.forget("o1")
    assert (outbox.first("o1"), outbox.chosen("o1", 1), outbox.may_write("o1")) == (None, None, False)
