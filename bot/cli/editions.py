"""`guidebot guides diff`, `update` and `import`: a new edition of the book, and further guides beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.alone import working_alone
from bot.cli.console import print_json, stdout, table, tell
from bot.cli.options import AsJson
from bot.cli.problem import FAILED, MISUSED
from bot.cli.project import project_settings
from bot.cli.texts import book_guides, changes_of, facets_of, new_edition, reading, taken_ids, texts_at
from bot.cli.touched import refused_like
from bot.cli.words import find, say

if TYPE_CHECKING:
    from bot.book.edition import Change
    from bot.book.finding import Finding
    from bot.book.guide import Guide
    from bot.book.handbook import Handbook
    from bot.settings import Settings

EVAL = Path("tests/eval")
REMOVED = "removed"  # under data/questions: where the questions of guides that are gone wait

New = Annotated[Path, typer.Argument(metavar="NEW", show_default=False)]


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `guides`."""
    group.command("diff")(diff)
    group.command("update")(update)
    group.command("import")(import_)


def diff(new: New, as_json: AsJson = False) -> None:
    """Print what a new edition changes; ends with 0 where nothing, with 1 where something, with 2 where unreadable."""
    from bot.cli.touched import questions_of, tests_of

    settings = project_settings()
    with reading(new, MISUSED):
        changes = changes_of(settings, new)
    touched = [
        {
            **asdict(change),
            "questions": questions_of(change, settings.data_dir / "questions"),
            "tests": tests_of(change, EVAL),
        }
        for change in changes
    ]
    if as_json:
        print_json({"changes": touched, "index": bool(changes)})
    else:
        _show(changes, [(len(item["questions"]), len(item["tests"])) for item in touched])
    if changes:
        raise typer.Exit(FAILED)


def update(
    new: New,
    edition: Annotated[str, typer.Option("--edition", show_default=False)],
) -> None:
    """Make the guides those of a new edition, all of them or none."""
    from bot.book.edition import REMOVED as GONE
    from bot.book.edition import compare
    from bot.book.handbook import prove, write_sources
    from bot.book.replace import rebuilt
    from bot.book.validate import check_folder
    from bot.book.write import write_guides
    from bot.cli.guides import book_of

    settings = project_settings()
    with working_alone(), reading(new, FAILED), rebuilt(settings.guides_dir, settings.data_dir) as (guides, data):
        old = book_guides(settings)
        book = new_edition(settings, new.read_text(encoding="utf-8"), edition)
        changes = compare(old, book.parsed.guides)
        gone = [change.guide for change in changes if change.kind == GONE]
        _retire(gone, guides, data)
        write_guides(book.parsed, guides)
        write_sources(book, guides / "source", book_of(settings.guides_dir).name)
        _add_values(data, book)
        _check([*check_folder(guides, facets_of(data)), *prove(book)], guides, new, book)
    _show(changes, [])
    _tell_notes(changes, book)
    for guide in gone:
        tell("editions.retired", guide=guide, folder=settings.data_dir / "questions" / REMOVED)
    tell("editions.updated", guides=len(book.titles), folder=settings.guides_dir, edition=edition)
    known = {guide.id for guide in old}
    _ask_for_questions(settings, [guide for guide in book.parsed.guides if guide.id not in known])


def import_(
    text: Annotated[Path, typer.Argument(metavar="TEXT", show_default=False)],
    edition: Annotated[str | None, typer.Option("--edition", show_default=False)] = None,
) -> None:
    """Add further guides of the nine sections, with new ids; all of a text's or of a folder's, or none."""
    from bot.book.guide import load_guides
    from bot.book.handbook import prove, read_import
    from bot.book.replace import rebuilt
    from bot.book.validate import check_folder
    from bot.book.write import write_guide_files

    settings = project_settings()
    added: list[Guide] = []
    ids = taken_ids(settings)
    with working_alone(), rebuilt(settings.guides_dir, settings.data_dir) as (guides, data):
        for file in texts_at(text):
            with reading(file, FAILED):
                book = read_import(file.read_text(encoding="utf-8"), load_guides(guides), ids, facets_of(data), edition)
                write_guide_files(book.parsed.guides, guides)
                _add_values(data, book)
                _check([*check_folder(guides, facets_of(data)), *prove(book)], guides, file, book)
                added += book.parsed.guides
                ids += book.titles
    rows = [(guide.id, guide.title, _facet_words(guide), "、".join(guide.aliases)) for guide in added]
    stdout().print(table(find("editions.import_columns"), rows))
    tell("editions.imported", count=len(added), folder=settings.guides_dir)
    _ask_for_questions(settings, added)


def _add_values(data: Path, book: Handbook) -> None:
    from bot.book.add_facets import add_values

    if book.new_values:
        add_values(data / "facets.yml", book.new_values)


def _check(findings: Sequence[Finding], folder: Path, text: Path, book: Handbook) -> None:
    """Where something is wrong, say where in the text it stands, and end with 1."""
    from bot.book.handbook import place_in_text

    if not findings:
        return
    shown = [place_in_text(found, folder, text, book) for found in findings]
    rows = [(f"{found.file}:{found.line}", found.message, found.remedy) for found in shown]
    stdout().print(table(find("guides.columns"), rows))
    tell("editions.nothing", count=len(rows))
    raise typer.Exit(FAILED)


def _show(changes: Sequence[Change], touched: Sequence[tuple[int, int]]) -> None:
    """The edits as a table; `touched` are how many questions and tests each reaches."""
    if not changes:
        tell("editions.same")
        return
    columns = find("editions.columns")[: None if touched else 5]
    rows = [
        (
            say(f"editions.kinds.{change.kind}"),
            f"{change.guide} {change.title}",
            (find(f"sections.{change.section}") or find("editions.other_section")) if change.section else "",
            change.before,
            change.after,
            *map(str, touched[place] if touched else ()),
        )
        for place, change in enumerate(changes)
    ]
    stdout().print(table(columns, rows, right=(5, 6)))
    tell("editions.changes", count=len(changes), guides=len({change.guide for change in changes}))


def _tell_notes(changes: Sequence[Change], book: Handbook) -> None:
    """Name the editors' notes on what was edited: they may hold no longer."""
    edited = {(change.guide, change.section) for change in changes if change.section}
    notes = ((guide.id, note) for guide in book.parsed.guides for note in guide.notes)
    for guide, note in notes:
        if (guide, note.section) in edited:
            tell("editions.note", guide=guide, section=find(f"sections.{note.section}"), text=note.text)


def _retire(gone: Sequence[str], guides: Path, data: Path) -> None:
    """Take guides that are gone out of the folder, and their questions aside, where they are not learned."""
    for guide in gone:
        for path in guides.glob(f"{guide}_*.md"):
            path.unlink()
        questions = data / "questions" / f"{guide}.txt"
        if questions.is_file():
            (questions.parent / REMOVED).mkdir(exist_ok=True)
            questions.rename(questions.parent / REMOVED / questions.name)


def _ask_for_questions(settings: Settings, guides: Sequence[Guide]) -> None:
    """Say what is left for the operator to do."""
    folder = settings.data_dir / "questions"
    missing = [f"{guide.id}.txt" for guide in guides if not (folder / f"{guide.id}.txt").is_file()]
    if missing:
        tell("editions.questions", folder=folder, files="、".join(missing))
    for line in refused_like(guides, settings.data_dir / "nlu" / "out_of_scope.yml"):
        tell("editions.refused", line=line)
    tell("editions.train")


def _facet_words(guide: Guide) -> str:
    return "；".join("、".join(values) for values in guide.facets.values())
