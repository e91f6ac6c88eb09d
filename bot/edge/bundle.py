"""The widget as it was bundled: which file a page loads, and the hashes by which browsers know it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

WIDGET_DIR = Path(__file__).parent / "widget"
DIST_DIR = WIDGET_DIR / "dist"
MANIFEST = "bundle.json"


class BundleError(Exception):
    """The widget is not bundled; the message is for the operator, in Chinese."""


@dataclass(frozen=True)
class Bundle:
    """What a build made: `script` is a file name with a hash in it, `style_hash` that of its one style sheet."""

    script: str
    integrity: str
    style_hash: str
    gzipped_bytes: int


def load_bundle(folder: Path = DIST_DIR) -> Bundle:
    """The bundle in `folder`. BundleError where there is none or a part of it is missing."""
    try:
        bundle = Bundle(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise BundleError("网页组件还没有打包，请运行 make widget。") from None
    if not (folder / bundle.script).is_file():
        raise BundleError(f"网页组件缺少文件 {bundle.script}，请运行 make widget。")
    return bundle
