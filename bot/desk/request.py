"""What can be asked of a guide besides one of its sections, and the section that each is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHECKLIST, ELIGIBLE, OPEN_NOW, NEXT_STEP = "checklist", "eligible", "open_now", "next_step"
REQUESTS: Mapping[str, str] = MappingProxyType(
    {CHECKLIST: "materials", ELIGIBLE: "eligibility", OPEN_NOW: "hours", NEXT_STEP: "process"}
)


def section_of(asked: str) -> str:
    """The section of a guide that answers what was asked: a section's key, `overview` or one of the requests."""
    return "process" if asked == "overview" else REQUESTS.get(asked, asked)


def name_of(asked: str) -> str:
    """What was asked as it is reported: a section's key or `overview`."""
    return REQUESTS.get(asked, asked)
