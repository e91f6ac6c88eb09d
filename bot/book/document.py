"""A guide file as text: YAML front matter, then parts under `##` headings, each with its line number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.book.finding import Finding, finding

FENCE = "---"
HEADING = re.compile(r"##[ \t]+(.*\S)[ \t]*$")


@dataclass(frozen=True)
class Part:
    """One `##` heading and its text, outer blank space left off; `line` and `start` are where each stands."""

    line: int
    start: int
    heading: str
    text: str

    def line_of(self, offset: int) -> int:
        """Return the file line, from 1, of the character at `offset` of `text`."""
        return self.start + self.text.count("\n", 0, offset)


@dataclass(frozen=True)
class Document:
    """A guide file split up. `lines` gives the file line, from 1, of each front matter key and what is in it.

    Inside: "facets.audience" for a mapping, "notes.0" for a list.
    """

    file: str
    front: Mapping[str, Any]
    lines: Mapping[str, int]
    parts: tuple[Part, ...]

    def line(self, key: str) -> int:
        """Return the file line of the front matter key, or of the front matter itself if it lacks the key."""
        return self.lines.get(key, 1)


def read_document(path: Path) -> tuple[Document | None, list[Finding]]:
    """Return the file split up and what is wrong with its form; no document if it cannot be split."""
    file = str(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [finding("not_utf8", file, raw[: error.start].count(b"\n") + 1)]
    if text.startswith("\ufeff"):
        return None, [finding("bom", file, 1)]
    if "\r" in text:
        return None, [finding("crlf", file, text[: text.index("\r")].count("\n") + 1)]
    lines = text.split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        return None, [finding("no_front", file, 1)]
    end = lines.index(FENCE, 1)
    front, places, findings = _front(file, "\n".join(lines[1:end]))
    if front is None:
        return None, findings
    parts, more = _parts(file, lines, end + 1)
    return Document(file, front, places, parts), findings + more


def _front(file: str, text: str) -> tuple[Mapping[str, Any] | None, Mapping[str, int], list[Finding]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        front = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        return None, {}, [finding("bad_yaml", file, line, problem=error.problem or "YAML")]
    except yaml.YAMLError as error:
        return None, {}, [finding("bad_yaml", file, 2, problem=str(error))]
    if not isinstance(front, dict) or not isinstance(node, yaml.MappingNode):
        return None, {}, [finding("bad_yaml", file, 2, problem="YAML")]
    places: dict[str, int] = {}
    findings = []
    for key, value in node.value:
        if key.value in places:
            findings.append(finding("double_key", file, key.start_mark.line + 2, key=key.value))
        places[key.value] = key.start_mark.line + 2
        places |= {f"{key.value}.{name}": line for name, line in _inner_places(value)}
    return front, places, findings


def _inner_places(value: yaml.Node) -> list[tuple[str, int]]:
    """Names or numbers of what is inside a front matter value, each with its file line."""
    if isinstance(value, yaml.MappingNode):
        return [(key.value, key.start_mark.line + 2) for key, _ in value.value]
    if isinstance(value, yaml.SequenceNode):
        return [(str(place), item.start_mark.line + 2) for place, item in enumerate(value.value)]
    return []


def _parts(file: str, lines: Sequence[str], start: int) -> tuple[tuple[Part, ...], list[Finding]]:
    parts: list[Part] = []
    findings: list[Finding] = []
    heading, at, body = "", 0, list[str]()
    for number, line in enumerate([*lines[start:], "## end"], start + 1):
        match = HEADING.match(line)
        if match:
            if heading:
                parts.append(_part(at, heading, body))
            heading, at, body = match.group(1), number, []
        elif line.startswith("#"):
            findings.append(finding("bad_heading_mark", file, number, found=line.strip()))
        elif heading:
            body.append(line)
        elif line.strip():
            findings.append(finding("text_before_heading", file, number, found=line.strip()))
    return tuple(parts), findings


def _part(line: int, heading: str, body: Sequence[str]) -> Part:
    text = "\n".join(body)
    lead = text[: len(text) - len(text.lstrip())].count("\n")
    return Part(line, line + 1 + lead, heading, text.strip())


def render_document(front: Mapping[str, Any], parts: Sequence[tuple[str, str]]) -> str:
    """Return the text of a guide file; the same input always gives the same bytes."""
    head = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, default_flow_style=None, width=10_000)
    body = "".join(f"\n## {heading}\n\n{text}\n" for heading, text in parts)
    return f"{FENCE}\n{head}{FENCE}\n{body}"
