"""Read the opening times of a 办理时间 section."""

from __future__ import annotations

import re

RANGE = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})(?!\d)")
LOOKS_LIKE_TIME = re.compile(r"\d+\s*[:：]\s*\d*(?:\s*[-—－~至到]\s*\d+\s*[:：]\s*\d*)?")


def hours_problems(text: str) -> list[tuple[int, str]]:
    """Return offset and words of each time that is no proper range; (0, "") if there is no range at all."""
    problems = []
    for match in LOOKS_LIKE_TIME.finditer(text):
        whole = RANGE.fullmatch(match.group().strip())
        if not whole or not _is_proper(*map(int, whole.groups())):
            problems.append((match.start(), match.group().strip()))
    if not problems and not RANGE.search(text):
        problems.append((0, ""))
    return problems


def _is_proper(hour: int, minute: int, until_hour: int, until_minute: int) -> bool:
    in_range = hour < 24 and until_hour < 24 and minute < 60 and until_minute < 60
    return in_range and (hour, minute) < (until_hour, until_minute)
