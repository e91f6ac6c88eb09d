"""The nine sections of a guide and the headings the book prints over them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECTION_KEYS: tuple[str, ...] = (
    "audience_desc",
    "eligibility",
    "materials",
    "process",
    "fee",
    "time_limit",
    "phone",
    "location",
    "hours",
)
NUMERALS = "一二三四五六七八九"
HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "服务对象": "audience_desc",
        "申请主体": "audience_desc",
        "受理条件": "eligibility",
        "申请材料": "materials",
        "办理流程": "process",
        "办事流程": "process",
        "收费依据及标准": "fee",
        "办理时限": "time_limit",
        "咨询电话、监督电话": "phone",
        "办理地点": "location",
        "办理时间": "hours",
    }
)
STATEMENT = "statement"  # 声明: one guide has it in the place of its hours; not one of the nine sections
EXTRA_HEADINGS: Mapping[str, str] = MappingProxyType({"声明": STATEMENT})


def key_of(heading: str) -> str | None:
    """Return the section key of a printed heading (without its number), None if no guide has it."""
    return HEADINGS.get(heading) or EXTRA_HEADINGS.get(heading)
