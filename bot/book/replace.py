"""All or nothing: a folder or a file that is changed as a whole, or stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def rebuilt(*folders: Path) -> Iterator[tuple[Path, ...]]:
    """Copies of folders, to be changed; they take the folders' places when the block ends without an error."""
    rooms = [TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") for folder in folders]
    try:
        copies = tuple(Path(room.name) / "new" for room in rooms)
        for folder, copy in zip(folders, copies, strict=True):
            shutil.copytree(folder, copy)
        yield copies
        _swap(list(zip(folders, copies, strict=True)))
    finally:
        for room in rooms:
            room.cleanup()


def _swap(pairs: list[tuple[Path, Path]]) -> None:
    """Put the copies in place; where one cannot be, all folders are back as they were."""
    done: list[tuple[Path, Path]] = []
    try:
        for folder, copy in pairs:
            aside = copy.with_name("old")
            folder.rename(aside)
            done.append((folder, aside))
            copy.rename(folder)
    except BaseException:
        for folder, aside in reversed(done):
            if folder.exists():
                folder.rename(aside.with_name("new"))
            aside.rename(folder)
        raise
