"""Making a release out of what was just trained."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.learn.model import CONFIG, DOMAIN, model_inputs
from bot.learn.model import MODEL as TRAINED
from bot.learn.release.store import MANIFEST, MODEL, Release, Releases
from bot.settings import Settings
from index.manifest import Manifest, file_hash, inputs_hash

_CODE = ("actions", "bot", "index")
_SHARED_BYTES = 1_000_000  # from this size on, releases share a file that they have in common


def make_release(settings: Settings, releases: Releases | None = None) -> tuple[Release, bool]:
    """The release of what is built, and whether it is new: the same content is never kept twice."""
    releases = releases or Releases()
    sources = _sources(settings)
    hashes = {name: file_hash(path) for name, path in sources.items()}
    code = inputs_hash(_code_files(), "")
    content = hashlib.sha256(json.dumps([code, hashes], sort_keys=True).encode()).hexdigest()
    made = releases.all()
    for release in made:
        if release.content == content:
            return release, False
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S}-{content[:6]}"
    figures = dict(Manifest.read(settings.index_dir).figures)
    release = Release(name, now.isoformat(), content, code, model_inputs(), hashes, figures, releases.root / name)
    _write(release, sources, _shareable(made))
    return release, True


def _sources(settings: Settings) -> dict[str, Path]:
    """Every file of a release by its place in it."""
    found = {MODEL: TRAINED, "domain.yml": DOMAIN, "config.yml": CONFIG}
    folders = {"index": settings.index_dir, "data": settings.data_dir}
    for name, folder in folders.items():
        paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        found |= {f"{name}/{path.relative_to(folder)}": path for path in paths}
    found |= {f"guides/{path.name}": path for path in settings.guides_dir.glob("g*.md")}
    return dict(sorted(found.items()))


def _code_files() -> Iterable[Path]:
    root = Path(__file__).resolve().parents[3]
    return (path for name in _CODE for path in (root / name).rglob("*.py"))


def _shareable(made: Iterable[Release]) -> dict[str, Path]:
    """Large files of earlier releases by their hash."""
    found: dict[str, Path] = {}
    for release in made:
        for name, digest in release.files.items():
            path = release.folder / name
            if path.is_file() and path.stat().st_size >= _SHARED_BYTES:
                found[digest] = path
    return found


def _write(release: Release, sources: Mapping[str, Path], shared: Mapping[str, Path]) -> None:
    """The folder, whole or not at all; its files cannot be written to."""
    draft = release.folder.with_name(f".{release.id}.{secrets.token_hex(4)}")
    try:
        for name, source in sources.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            known = shared.get(release.files[name])
            if known is not None and file_hash(known) == release.files[name]:
                os.link(known, target)
            else:
                shutil.copyfile(source, target)
                target.chmod(0o444)
        manifest = json.dumps(release.to_json(), ensure_ascii=False, indent=1)
        (draft / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
        draft.rename(release.folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
