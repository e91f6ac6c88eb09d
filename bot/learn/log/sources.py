"""Old logs as records: CSV and JSONL files, and the tracker store of a Rasa assistant."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.learn.log.record import BadRecord, Record
from bot.learn.log.tracker import tracker_records
from bot.learn.problem import LearnError

COLUMNS = ("time", "sender", "channel", "text")
CHINESE = {"时间": "time", "会话": "sender", "渠道": "channel", "内容": "text"}
DEFAULT_CHANNEL = "import"


def records(source: str) -> Iterator[Record]:
    """The messages of a file, by its name's ending, or of a tracker store's URL. LearnError names what is wrong."""
    if "://" in source:
        return tracker_records(source)
    path = Path(source)
    if not path.is_file():
        raise LearnError("no_file", file=source)
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise LearnError("log_kind", file=source, kinds="、".join(READERS))
    return read(path)


def _csv(path: Path) -> Iterator[Record]:
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""))
    names = [CHINESE.get((name or "").strip(), (name or "").strip().lower()) for name in reader.fieldnames or ()]
    if lacking := {"time", "sender", "text"} - set(names):
        raise LearnError("log_columns", file=path, lacking="、".join(sorted(lacking)))
    reader.fieldnames = names
    for row in reader:
        yield _record(path, reader.line_num, row)


def _jsonl(path: Path) -> Iterator[Record]:
    for number, line in enumerate(_decoded(path).splitlines(), 1):
        if line.strip():
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            yield _record(path, number, value)


def _record(path: Path, line: int, value: Any) -> Record:
    if not isinstance(value, Mapping):
        raise LearnError("log_line", file=path, line=line, problem="json")
    channel = value.get("channel") or DEFAULT_CHANNEL
    try:
        return Record.of(value.get("time"), value.get("sender"), channel, value.get("text"))
    except BadRecord as bad:
        raise LearnError("log_line", file=path, line=line, problem=bad) from None


def _decoded(path: Path) -> str:
    """UTF-8, with or without the mark that Excel writes; else what Chinese Windows writes."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LearnError("log_encoding", file=path)


def _store(path: Path) -> Iterator[Record]:
    return tracker_records(f"sqlite:///{path}")


READERS: Mapping[str, Callable[[Path], Iterator[Record]]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".db": _store,
    ".sqlite": _store,
    ".sqlite3": _store,
}
