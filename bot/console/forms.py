"""A form that was sent: its fields, each possibly more than once, read no further than allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

MAX_BYTES = 65_536
_MAX_FIELDS = 2_000
_KIND = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """Values by name; what is lacking is empty."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value, without white space around it."""
        return next(iter(self.values.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        """Every value."""
        return list(self.values.get(name, ()))


async def read_form(request: Request) -> Form | None:
    """None where what was sent is no form, or too large for one of ours."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != _KIND:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return None
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except (ClientDisconnect, ValueError):
        return None
    return Form(fields)
