"""Mend what the scan broke in one printed line, and keep a record of each mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# A Chinese character, or punctuation that stands in Chinese text.
HAN = "\u4e00-\u9fff"
NEAR = HAN + "、，。；：！？（）“”《》〔〕×—①-⑳"
CONTEXT = 4  # characters kept on each side of a mend, for whoever reads the report


@dataclass(frozen=True)
class Mend:
    """One mend: in `line` of the book (from 1), at `column` (from 0) `before` was replaced by `after`.

    Mends of a line apply in the order listed, each to what the one before left. A mend whose `before` holds
    a line break joins printed lines; its column is 0. `section` is a section key, or title, or contents.
    """

    guide: str
    section: str
    line: int
    column: int
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class Rule:
    """A kind of mend within one line: what it looks for and what it puts there."""

    kind: str
    pattern: re.Pattern[str]
    put: Callable[[re.Match[str]], str]


def _wide(match: re.Match[str]) -> str:
    return match.group().translate(str.maketrans("(),;:", "（），；："))


RULES: tuple[Rule, ...] = (
    Rule("列表符号", re.compile(r"^-[ \t]+(?=[（(\d])"), lambda match: ""),
    Rule("网址括号", re.compile(r"<(https?://[^<>\s]+)>"), lambda match: match.group(1)),
    Rule("时间", re.compile(r"(?<=\d)(?::[ \t]+|：[ \t]*)(?=\d\d)"), lambda match: ":"),
    Rule("全角标点", re.compile(rf"\((?=[^()]*[{NEAR}])|\((?=\d+\)[ \t]*[{NEAR}])"), _wide),
    Rule("全角标点", re.compile(rf"(?<=[{NEAR}])\)|\)(?=[ \t]*[{NEAR}])"), _wide),
    Rule("全角标点", re.compile(rf"[,;](?=[ \t]*[{NEAR}])|(?<=[{NEAR}])[,;]|(?<=[{HAN}）”》]):"), _wide),
    Rule("空格", re.compile(rf"[ \t]+(?=[{NEAR}])|(?<=[{NEAR}])[ \t]+"), lambda match: ""),
)


def mend_line(number: int, text: str) -> tuple[str, tuple[Mend, ...]]:
    """Return the line mended and its mends, in the order to apply them; guide and section are left empty."""
    mends: list[Mend] = []
    for rule in RULES:
        # From the right, so that what stands left of a mend keeps its column.
        for match in reversed(list(rule.pattern.finditer(text))):
            start, end, new = match.start(), match.end(), rule.put(match)
            first, last = max(0, start - CONTEXT), end + CONTEXT
            after = text[first:start] + new + text[end:last]
            mends.append(Mend("", "", number, first, rule.kind, text[first:last], after))
            text = text[:start] + new + text[end:]
    return text, tuple(mends)


def replay(text: str, mends: Iterable[Mend]) -> str | None:
    """Return the printed line with its listed mends done; None if one of them does not fit the line."""
    for mend in mends:
        end = mend.column + len(mend.before)
        if text[mend.column : end] != mend.before:
            return None
        text = text[: mend.column] + mend.after + text[end:]
    return text
