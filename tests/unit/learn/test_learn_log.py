"""Old logs taken in whole, masked and once; a person's words given out and forgotten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.edge.exchanges import Exchanges, Verdict, exchanges, feedback
from bot.edge.journal import Entry, Journal, turns
from bot.learn.log.intake import Taken, take_in
from bot.learn.log.people import export, forget
from bot.learn.problem import LearnError

CSV = "time,sender,channel,text\n2025-03-01 10:00,a,web,卡丢了 13900000000\n2025-03-01T02:00:09Z,b,web,在哪办\n"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db")
    yield opened
    opened.close()


def write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def tracker_store(path: Path, *events: tuple[str, str, dict[str, Any]]) -> str:
    """A file as Rasa's SQLTrackerStore writes it."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) "
            "NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
        )
        rows = [
            (sender, kind, 1_700_000_000.0 + number, json.dumps({"event": kind, **data}))
            for number, (sender, kind, data) in enumerate(events)
        ]
        connection.executemany("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?,?,?,?)", rows)
    connection.close()
    return str(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", CSV),
        ("excel.csv", "\ufeff" + CSV.replace("time,sender,channel,text", "时间,会话,渠道,内容")),
        ("windows.csv", CSV.encode("gb18030")),
        (
            "log.jsonl",
            '{"time": "2025-03-01 10:00", "sender": "a", "channel": "web", "text": "卡丢了 13900000000"}\n'
            '{"time": 1740794409, "sender": "b", "channel": "web", "text": "在哪办"}\n',
        ),
    ],
)
def test_a_log_comes_in_masked_and_once(journal: Journal, tmp_path: Path, name: str, content: str | bytes) -> None:
    source = write(tmp_path / name, content)
    assert take_in(journal, source) == Taken(2, 0)
    assert take_in(journal, source) == Taken(0, 2)
    one, other = journal.rows(turns.select().order_by(turns.c.id))
    assert (one.text, one.masked, one.sender, one.state) == ("卡丢了 【手机号】", "mobile", "web:a", "imported")
    assert (one.received_at.hour, other.received_at.second) == (2, 9)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("log.csv", CSV + "gestern,c,web,你好\n", "log_line"),
        ("log.csv", CSV + "2025-03-01,,web,你好\n", "log_line"),
        ("log.csv", "time,text\n2025-03-01,你好\n", "log_columns"),
        ("log.jsonl", '{"time": 1, "sender": "a", "text": "在哪办"}\n{"time": \n', "log_line"),
        ("log.jsonl", '{"time": 1, "sender": "a", "text": "在哪办"}\n[]\n', "log_line"),
        ("log.pdf", "%PDF", "log_kind"),
        ("log.csv", b"\xff\xff\xff", "log_encoding"),
        ("log.db", "no database", "no_tracker_store"),
    ],
)
def test_a_log_that_cannot_be_used_changes_nothing(
    journal: Journal, tmp_path: Path, name: str, content: str | bytes, code: str
) -> None:
    with pytest.raises(LearnError) as problem:
        take_in(journal, write(tmp_path / name, content))
    assert problem.value.code == code
    assert problem.value.words.get("line") in (None, 2, 4)
    assert journal.rows(turns.select()) == []


def test_a_tracker_store_tells_what_each_message_came_to(journal: Journal, tmp_path: Path) -> None:
    trace = {"trace": {"candidates": {"g77": 0.6}, "out_of_scope": 0.1, "topicless": 0.0, "intent": "overview"}}
    source = tracker_store(
        tmp_path / "tracker.db",
        ("rest:a", "user", {"text": "卡没了", "input_channel": "rest"}),
        ("rest:a", "bot", {"text": None, "data": {"custom": trace}}),
        ("rest:a", "bot", {"text": "没有找到", "data": {"custom": {"act": "fallback"}}}),
        ("rest:a", "user", {"text": "/restart"}),
        ("b", "user", {"text": "你好", "input_channel": "telegram"}),
        ("b", "bot", {"text": "您好"}),
    )
    assert take_in(journal, source) == Taken(2, 0)
    rows = journal.rows(turns.select().order_by(turns.c.id))
    assert [(row.sender, row.act) for row in rows] == [("telegram:b", None), ("rest:a", "fallback")]
    assert json.loads(rows[1].candidates) == {"g77": 0.6}


def test_one_person_is_given_out_and_forgotten_and_nobody_else(journal: Journal, tmp_path: Path) -> None:
    kept = Exchanges(journal)
    for session in ("mine", "mine-too"):
        turn = journal.receive(Entry("web", f"web:{session}", "社保卡丢了"))
        kept.keep(session, "message-1", "社保卡丢了", turn, {})
        kept.judge(session, "message-1", Verdict("down", comment="不对"))
    kept.begin("mine", "message-2", "还没答")
    store = tracker_store(
        tmp_path / "tracker.db", *((f"web:{one}", "user", {"text": "社保卡丢了"}) for one in ("mine", "mine-too"))
    )
    [row] = export(journal, "mine")
    assert (row["text"], row["verdict"], row["comment"]) == ("社保卡丢了", "down", "不对")
    assert forget(journal, "web:mine", Path(store)) == 1
    assert export(journal, "mine") == []
    left = [len(journal.rows(table.select())) for table in (turns, exchanges, feedback)]
    assert left == [1, 1, 1]
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT sender_id FROM events").fetchall() == [("web:mine-too",)]
    connection.close()
