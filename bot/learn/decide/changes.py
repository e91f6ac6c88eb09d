"""Changes to several files that all happen or none: written beside them first, then renamed into place."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.learn.problem import LearnError


@dataclass(frozen=True)
class Change:
    """A file's text before and after; None where there is no file."""

    path: Path
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, Any]:
        return {"path": str(self.path), "before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Change:
        return cls(Path(value["path"]), value["before"], value["after"])

    def reversed(self) -> Change:
        """What takes it back. LearnError `changed_since` where it cannot be told from what was written later."""
        now = read(self.path)
        if now == self.after:
            return Change(self.path, now, self.before)
        if self.before is None:  # what was put into a new file later would be left without its beginning
            raise LearnError("changed_since", file=self.path)
        return Change(self.path, now, self._without(now))

    def _without(self, now: str | None) -> str:
        """Today's text without the lines that were added, which must all be there still."""
        before, after = ((text or "").splitlines(True) for text in (self.before, self.after))
        added = list(after)
        for line in before:
            if line not in added:  # something was taken out as well: not to be undone line by line
                raise LearnError("changed_since", file=self.path)
            added.remove(line)
        lines = (now or "").splitlines(True)
        for line in reversed(added):
            if line not in lines:
                raise LearnError("changed_since", file=self.path)
            del lines[len(lines) - 1 - lines[::-1].index(line)]
        return "".join(lines)


def read(path: Path) -> str | None:
    """A file's text; None where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def apply(changes: Sequence[Change], confirm: Callable[[], None] = lambda: None) -> None:
    """Make all changes, then `confirm` them (put them on record); where anything of it fails, none is left.

    OSError, LearnError `changed_since` where a file is not any more what it was, or whatever `confirm` raises.
    """
    drafts: dict[Change, Path] = {}
    done: list[Change] = []
    try:
        for change in changes:
            if read(change.path) != change.before:
                raise LearnError("changed_since", file=change.path)
            if change.after is not None:
                drafts[change] = _draft(change.path, change.after)
        for change in changes:
            _put(change, drafts)
            done.append(change)
        confirm()
    except BaseException:
        for change in reversed(done):
            _restore(change)
        raise
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        draft.chmod(path.stat().st_mode & 0o777)
    return draft


def _put(change: Change, drafts: Mapping[Change, Path]) -> None:
    if change.after is None:
        change.path.unlink()
    else:
        drafts[change].replace(change.path)


def _restore(change: Change) -> None:
    if change.before is None:
        change.path.unlink(missing_ok=True)
    else:
        _draft(change.path, change.before).replace(change.path)
