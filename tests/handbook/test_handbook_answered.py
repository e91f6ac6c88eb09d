"""A handbook of six matters, imported with three questions each, is told apart from the book and within itself.

Judged by the index alone.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.book.guide import load_guides
from bot.cli.app import run
from bot.cli.touched import refused_like
from bot.settings import Settings
from index import build
from index.engine import Engine, Scores
from index.families import Families

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
KEPT_BACK = 2  # of the written questions of each guide of the book
pytestmark = pytest.mark.stack  # slow as these are


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the handbook imported, its questions written, and what was refused before no longer so."""
    folder = tmp_path_factory.mktemp("handbook")
    for name in ("config.yml", "domain.yml"):
        shutil.copy(PROJECT / name, folder)
    for name in ("guides", "data"):
        shutil.copytree(PROJECT / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("GUIDEBOT_")]:
            patch.delenv(name)
        assert run(["guides", "import", str(HERE / "handbook.md")]) == 0
    for path in (folder / "data" / "questions").glob("g*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(lines[:-KEPT_BACK]), encoding="utf-8")
    shutil.copytree(HERE / "questions", folder / "data" / "questions", dirs_exist_ok=True)
    refused = folder / "data" / "nlu" / "out_of_scope.yml"
    new = [guide for guide in load_guides(folder / "guides") if int(guide.id[1:]) > 84]
    named = {int(line.split(":")[1].split()[0]) for line in refused_like(new, refused)}
    lines = enumerate(refused.read_text(encoding="utf-8").splitlines(), 1)
    refused.write_text("\n".join(line for number, line in lines if number not in named), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def engine(project: Path) -> Engine:
    settings = Settings(guides_dir=project / "guides", data_dir=project / "data", index_dir=project / "index")
    shutil.copytree(PROJECT / "index" / "build" / build.ENCODER, settings.index_dir / build.ENCODER)
    build.build_index(settings, lambda step: None)
    return Engine.load(settings)


def best(scores: Scores) -> str:
    guide = max(scores.guides, key=scores.guides.__getitem__)
    return guide if scores.guides[guide] >= scores.out_of_scope else "none"


def test_unseen_questions_find_the_imported_guides(engine: Engine) -> None:
    rows = [json.loads(line) for line in (HERE / "unseen.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [best(scores) for scores in engine.scores([row["q"] for row in rows])]
    wrong = [(row["q"], row["guide"], guide) for row, guide in zip(rows, found, strict=True) if guide != row["guide"]]
    print(f"\n{len(rows) - len(wrong)} of {len(rows)} unseen questions find their guide; not: {wrong}")
    assert len(wrong) <= 0.2 * len(rows)


def test_no_question_of_the_book_is_taken_for_the_handbooks(engine: Engine) -> None:
    kept = {
        path.stem: path.read_text(encoding="utf-8").splitlines()[-KEPT_BACK:]
        for path in sorted((PROJECT / "data" / "questions").glob("g*.txt"))
    }
    asked = [line.partition("\t")[0] for lines in kept.values() for line in lines]
    taken = [(text, best(one)) for text, one in zip(asked, engine.scores(asked), strict=True)]
    taken = [(text, guide) for text, guide in taken if guide != "none" and int(guide[1:]) > 84]
    print(f"\n{len(taken)} of {len(asked)} questions of the book are taken for the handbook's: {taken}")
    assert len(taken) <= 0.01 * len(asked)


def test_the_siblings_are_asked_apart_by_who_it_is_for(engine: Engine) -> None:
    families = Families(engine.guides)
    assert families.alike("g85") == ("g86",)
    assert families.open("g85", {}) == {"g86": frozenset({"audience"})}
    assert families.open("g85", {"audience": ("职工",)}) == {}
