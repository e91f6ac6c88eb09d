"""The folder of releases: each immutable, one of them live by a pointer that is swapped at once."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.learn.problem import LearnError
from bot.settings import Settings
from index.manifest import file_hash

ROOT = Path("build/releases")
MANIFEST, CURRENT, PROMOTIONS = "manifest.json", "current", "promotions.jsonl"
MODEL = "model/guidebot.tar.gz"


@dataclass(frozen=True)
class Release:
    """One release: when it was made, hashes of its content and code, sha256 of every file, what training showed."""

    id: str
    made_at: str
    content: str
    code: str
    mark: str  # of its model: what that was trained from
    files: Mapping[str, str]
    figures: Mapping[str, Any]
    folder: Path

    @property
    def model(self) -> Path:
        """Rasa's model."""
        return self.folder / MODEL

    def settings(self, base: Settings) -> Settings:
        """The settings under which the engine takes everything out of this release."""
        index, guides, data = (self.folder / name for name in ("index", "guides", "data"))
        return replace(base, index_dir=index, guides_dir=guides, data_dir=data, release=self.id)

    def variables(self) -> dict[str, str]:
        """The same as environment variables, for a process of its own."""
        folders = {f"GUIDEBOT_{name.upper()}_DIR": str(self.folder / name) for name in ("index", "guides", "data")}
        return {"GUIDEBOT_RELEASE": self.id, **folders}

    def size_mb(self) -> float:
        """What its files take together."""
        return sum((self.folder / name).stat().st_size for name in self.files) / 1e6

    def verify(self) -> None:
        """LearnError `damaged_release` where a file is missing or not what it was."""
        for name, digest in self.files.items():
            path = self.folder / name
            if not path.is_file() or file_hash(path) != digest:
                raise LearnError("damaged_release", release=self.id, file=path)

    def to_json(self) -> dict[str, Any]:
        """Without the folder, which is where it is read from."""
        return {key: value for key, value in asdict(self).items() if key != "folder"}


@dataclass(frozen=True)
class Releases:
    """All releases under `root`."""

    root: Path = ROOT

    def all(self) -> list[Release]:
        """The newest first; a folder that cannot be read as a release is none, and keeps nobody from the others."""
        found = []
        for path in self.root.glob(f"*/{MANIFEST}"):
            with suppress(LearnError):
                found += [] if path.parent.is_symlink() else [self._read(path.parent)]
        return sorted(found, key=lambda release: (release.made_at, release.id), reverse=True)

    def find(self, name: str) -> Release:
        """One by its id, or `latest`. LearnError `no_release`."""
        made = self.all()
        chosen = made[0] if name == "latest" and made else next((one for one in made if one.id == name), None)
        if chosen is None:
            raise LearnError("no_release", release=name)
        return chosen

    def current(self) -> Release | None:
        """The live one; None where none was promoted yet."""
        pointer = self.root / CURRENT
        return self._read(self.root / pointer.readlink()) if pointer.is_symlink() else None

    def promote(self, release: Release, by: str) -> None:
        """Make it live, at once and for good. LearnError `damaged_release`; then the live one stays."""
        release.verify()
        self._point(release, by, "promote")

    def rollback(self, by: str) -> Release:
        """Make live again what was before the live one. LearnError `no_earlier`, `damaged_release`."""
        stack = self._stack()
        if len(stack) < 2:
            raise LearnError("no_earlier")
        release = self.find(stack[-2])
        release.verify()
        self._point(release, by, "rollback")
        return release

    def prune(self, keep: int, pinned: str = "") -> list[str]:
        """Delete all but the newest `keep` (0: nothing is deleted), the live one, the one before it and `pinned`; which
        went."""
        made = self.all()
        needed = {pinned, *self._stack()[-2:], *(release.id for release in made[:keep])}
        old = [release for release in made if keep and release.id not in needed]
        for release in old:
            shutil.rmtree(release.folder)
        return [release.id for release in old]

    def history(self) -> list[dict[str, str]]:
        """Every promotion and rollback, the oldest first."""
        path = self.root / PROMOTIONS
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return [json.loads(line) for line in lines if line.strip()]

    def _stack(self) -> list[str]:
        """What was live, each on what it took the place of."""
        stack: list[str] = []
        for entry in self.history():
            if entry["kind"] == "rollback":
                del stack[-1:]
            else:
                stack.append(entry["release"])
        return stack

    def _point(self, release: Release, by: str, kind: str) -> None:
        """Swap the pointer, and put it on record; a pointer that cannot be swapped is not on record either."""
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": by, "kind": kind, "release": release.id}
        with self._alone():
            draft = self.root / f".{CURRENT}.{secrets.token_hex(4)}"
            draft.symlink_to(release.folder.name)
            draft.replace(self.root / CURRENT)
            with (self.root / PROMOTIONS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self, folder: Path) -> Release:
        try:
            value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return Release(**value, folder=self.root / folder.name)
        except (OSError, ValueError, TypeError):
            raise LearnError("damaged_release", release=folder.name, file=folder / MANIFEST) from None


def in_use(settings: Settings) -> Release | None:
    """The release to serve: the one that is set, else the live one; None where none was ever promoted."""
    releases = Releases()
    return releases.find(settings.release) if settings.release else releases.current()
