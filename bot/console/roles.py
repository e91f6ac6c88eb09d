"""The two roles; by themselves, so that the command line knows them without opening anything."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A reviewer decides what is taught; a publisher may also train, gate, promote and roll back."""

    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
