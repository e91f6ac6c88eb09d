"""Where to go: the parts of a 办理地点 section, a link to a map, and the guide's numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from bot.book.guide import Guide
from bot.desk.checklist import MARK

MAP = "https://uri.amap.com/search?keyword="
ADDRESS = re.compile(r"(?:山东省)?威海市[^，。；\s]*?路\d+号(?:[^\d一二三四五六七八九十，。；]*?(?:中心|大厦|大楼))?")
FLOOR = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十])楼(?:（[^（）]*层[^（）]*）)?")
COUNTER = re.compile(r"(?:[^厅，。；\s]*?窗口(?:\d+号(?:、\d+号)*)?|[\d\-、]+窗口|[A-Z]厅|\d+室)(?=。|；|$)")


@dataclass(frozen=True)
class Place:
    """One place, its `text` and all its parts word for word; `map` is a link, None where the text gives no address."""

    text: str
    address: str | None = None
    floor: str | None = None
    counter: str | None = None

    @property
    def map(self) -> str | None:
        return MAP + quote(self.address) if self.address else None


def places(guide: Guide) -> tuple[Place, ...]:
    """The places that a guide names, in its order; none where it names none."""
    section = guide.sections.get("location")
    lines = [MARK.sub("", line.strip()) for line in section.text.split("\n")] if section else []
    return tuple(_place(line) for line in lines if line)


def _place(text: str) -> Place:
    address, floor = ADDRESS.search(text), FLOOR.search(text)
    counter = COUNTER.search(text, floor.end()) if floor else None
    return Place(text, *(match and match.group() for match in (address, floor, counter)))
