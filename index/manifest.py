"""The index's manifest: what it was built from and the hash of every file, checked each time it is loaded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings

NAME = "manifest.json"
VERSION = 1
REMEDY = "请运行 guidebot index build 重建。"


class IndexProblem(RuntimeError):
    """The index is missing, damaged or stale; the message names the file and the command that mends it."""


@dataclass(frozen=True)
class Manifest:
    """Version of the format, hash of the inputs, sha256 of each built file, and what training showed."""

    version: int
    inputs: str
    encoder: str
    files: Mapping[str, str]
    figures: Mapping[str, Any]

    def write(self, folder: Path) -> None:
        """Written last: a folder without it is an unfinished build."""
        (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """IndexProblem where there is none or it cannot be read."""
        path = folder / NAME
        if not path.is_file():
            raise IndexProblem(f"没有索引（{path} 不存在）。{REMEDY}")
        try:
            manifest = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise IndexProblem(f"索引清单 {path} 损坏（{error}）。{REMEDY}") from error
        if manifest.version != VERSION:
            raise IndexProblem(f"索引格式是第 {manifest.version} 版，程序需要第 {VERSION} 版。{REMEDY}")
        return manifest

    def check(self, folder: Path, inputs: str) -> None:
        """IndexProblem where a file was changed, is missing, or the inputs are not those the index was built from."""
        for name, digest in self.files.items():
            if not (folder / name).is_file():
                raise IndexProblem(f"索引文件 {folder / name} 不见了。{REMEDY}")
            if file_hash(folder / name) != digest:
                raise IndexProblem(f"索引文件 {folder / name} 已损坏或被改动。{REMEDY}")
        if self.inputs != inputs:
            raise IndexProblem(f"指南或问法在建索引之后改动过，索引已过时。{REMEDY}")


def file_hash(path: Path) -> str:
    """sha256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources(settings: Settings, makers: Iterable[str]) -> list[Path]:
    """All that is taught, as files, and the modules of this package, by name, that make something of it."""
    return [
        *settings.guides_dir.glob("g*.md"),
        *(settings.data_dir / "questions").glob("g*.txt"),
        *(settings.data_dir / "nlu").glob("*.yml"),
        *(Path(__file__).with_name(f"{name}.py") for name in makers),
    ]


def inputs_hash(paths: Iterable[Path], extra: str) -> str:
    """One hash over the names and contents of files, and over settings that change the result."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths, key=lambda path: (path.parent.name, path.name)):  # wherever the folders lie
        digest.update(path.name.encode() + bytes.fromhex(file_hash(path)))
    return digest.hexdigest()
