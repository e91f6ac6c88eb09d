"""The widget as it was bundled: small, known by its hashes, and with nothing in it that its policy forbids."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.book.guide import SECTION_KEYS
from bot.edge.api import REASONS
from bot.edge.bundle import DIST_DIR, MANIFEST, WIDGET_DIR, BundleError, load_bundle

BUDGET_BYTES = 45_000
LOADER_BYTES = 800
SOURCES = sorted((WIDGET_DIR / "src").glob("*.js"))
WORDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (WIDGET_DIR / "words").glob("*.json")}


def test_the_bundle_is_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in DIST_DIR.glob("*.js")}
    print(sizes)
    assert load_bundle().script in sizes
    assert sum(sizes.values()) <= BUDGET_BYTES
    assert (DIST_DIR / "widget.js").stat().st_size <= LOADER_BYTES


def test_the_hashes_are_those_of_the_script_and_its_style_sheet() -> None:
    bundle = load_bundle()
    script = (DIST_DIR / bundle.script).read_bytes()
    assert bundle.integrity == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"
    assert hashlib.sha256(script).hexdigest()[:12] in bundle.script
    loader = (DIST_DIR / "widget.js").read_text(encoding="utf-8")
    assert bundle.script in loader
    assert bundle.integrity in loader


def test_a_bundle_that_is_not_whole_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="make widget"):
        load_bundle(tmp_path)
    (tmp_path / MANIFEST).write_text("{}", encoding="utf-8")
    with pytest.raises(BundleError, match="make widget"):
        load_bundle(tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps(asdict(load_bundle())), encoding="utf-8")
    with pytest.raises(BundleError, match="make widget"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_module_takes_nothing_for_markup_and_holds_no_wording(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|unsafeHTML|srcdoc", source)
    assert not re.search(r"[\u4e00-\u9fff]", source)
    assert len(source.splitlines()) <= 250


@pytest.mark.parametrize("name", ["index.html", "examples.html"])
def test_a_page_keeps_to_its_own_policy(name: str) -> None:
    page = (WIDGET_DIR / "pages" / name).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page), "no inline script"
    assert not re.search(r"<style|\sstyle=|\son\w+=", page), "no inline style, no handlers in markup"


def test_every_text_is_there_in_both_languages_with_the_same_gaps() -> None:
    assert set(WORDS) == {"zh", "en"}
    assert shape(WORDS["zh"]) == shape(WORDS["en"])


def shape(texts: dict[str, object]) -> dict[str, object]:
    """Keys, and the names in braces of each text."""
    return {
        key: shape(value) if isinstance(value, dict) else sorted(re.findall(r"\{\w+\}", str(value)))
        for key, value in texts.items()
    }


def test_every_text_that_a_module_asks_for_is_there() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    asked = set(re.findall(r"\bt\.(\w+)", source))
    assert len(asked) > 30
    assert asked <= set(WORDS["zh"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_and_reason_has_a_name(language: str) -> None:
    assert set(WORDS[language]["sections"]) == {*SECTION_KEYS, "overview"}
    assert set(WORDS[language]["reasons"]) == set(REASONS)
