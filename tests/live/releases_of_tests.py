"""Two releases of what is built that differ in what can be seen from outside: the words of one say which it is."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.learn.model import MARK
from bot.learn.release import make
from bot.learn.release.make import make_release
from bot.learn.release.store import Release, Releases
from bot.settings import Settings


def two_releases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Releases, Release, Release]:
    """Under `folder`/build/releases; the first one's replies begin with 【甲】, the second's with 【乙】."""
    releases = Releases(folder / "build" / "releases")
    releases.root.mkdir(parents=True)
    made = []
    for name in ("甲", "乙"):
        model = folder / f"{name}.tar.gz"
        marked_copy(make.TRAINED, model, name)
        monkeypatch.setattr(make, "TRAINED", model)
        monkeypatch.setattr(make, "model_inputs", lambda name=name: name)
        made.append(make_release(Settings(), releases)[0])
        monkeypatch.undo()
    return releases, made[0], made[1]


def marked_copy(source: Path, target: Path, mark: str) -> None:
    """A model as Rasa writes it, with a mark of its own, its answers beginning with that mark."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            data = content.read() if content else b""
            if member.name.endswith("metadata.json"):
                data = _marked(json.loads(data), mark)
                member.size = len(data)
            new.addfile(member, io.BytesIO(data) if content else None)


def _marked(metadata: dict[str, Any], mark: str) -> bytes:
    responses = metadata["domain"]["responses"]
    responses[MARK] = [{"text": mark}]
    for name in ("utter_answer", "utter_answer_overview"):
        for variation in responses[name]:
            variation["text"] = f"【{mark}】{variation['text']}"
    return json.dumps(metadata, ensure_ascii=False).encode()
