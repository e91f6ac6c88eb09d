"""A clock that jumps, for one process: Debian's libfaketime, told by a file; where it is not installed, none."""

from __future__ import annotations

from pathlib import Path

_PLACES = "/usr/lib/*/faketime/libfaketime.so.1"


def library() -> Path | None:
    """Where it is."""
    return next(iter(sorted(Path("/").glob(_PLACES.lstrip("/")))), None)


def environment(file: Path) -> dict[str, str]:
    """For a process whose wall clock is off by what stands in `file`; how long things take is told truly."""
    set_clock(file, "+0")
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def set_clock(file: Path, offset: str) -> None:
    """Let the clock jump: `+3600s`, `-3600s`, `+0`."""
    draft = file.with_suffix(".new")
    draft.write_text(f"{offset}\n")
    draft.replace(file)
