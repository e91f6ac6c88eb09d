"""`guidebot guides`: the book made into guide files, and guide files checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import editions
from bot.cli.console import print_json, stdout, steps, table, tell
from bot.cli.problem import FAILED, MISUSED, CliError
from bot.cli.project import project_settings
from bot.cli.words import find, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.book.finding import Finding
    from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the group `guides`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("parse")(parse)
    group.command("check")(check)
    editions.add_to(group)
    app.add_typer(group, name="guides")


def parse() -> None:
    """Make the guide files from the book again, and say which of them that changed."""
    from bot.book.parse import parse_book
    from bot.book.sources import ANNOTATIONS, TITLES, read_annotations, read_titles
    from bot.book.write import write_guides

    folder = project_settings().guides_dir
    source = folder / "source"
    tell("guides.overwrites")
    before = {path.name: path.read_bytes() for path in folder.glob("g*.md")}
    with steps(say("guides.parsing")):
        book = book_of(folder).read_text(encoding="utf-8")
        parsed = parse_book(book, read_annotations(source / ANNOTATIONS), read_titles(source / TITLES))
        paths = write_guides(parsed, folder)
    tell(
        "guides.parsed",
        guides=len(paths),
        folder=folder,
        mends=len(parsed.mends),
        report=source / "report.md",
    )
    kinds = Counter(mend.kind for mend in parsed.mends).most_common()
    stdout().print(table(find("guides.mend_columns"), [(kind, str(count)) for kind, count in kinds], right=(1,)))
    changed = [path.name for path in paths if before.get(path.name) != path.read_bytes()]
    tell("guides.changed" if changed else "guides.unchanged", count=len(changed), files="、".join(changed))


def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print what is wrong with guide files; ends with 1 where something is."""
    settings = project_settings()
    findings = findings_of(settings, files or ())
    count = len(files) if files else len(list(settings.guides_dir.glob("g*.md")))
    if as_json:
        print_json({"checked": count, "findings": [asdict(finding) for finding in findings]})
    elif findings:
        rows = [(f"{_near(found.file)}:{found.line}", found.message, found.remedy) for found in findings]
        stdout().print(table(find("guides.columns"), rows))
        tell("guides.findings", count=len(findings), guides=count)
    else:
        tell("guides.fine", guides=count)
    if findings:
        raise typer.Exit(FAILED)


def findings_of(settings: Settings, files: Sequence[Path]) -> list[Finding]:
    """What is wrong with these guide files; without any, with all of them, also against the book."""
    from bot.book.facets import load_facets
    from bot.book.validate import check_book, check_file, check_folder
    from bot.book.write import REPORT, read_report

    for path in files:
        if not path.is_file():
            raise CliError.of("no_file", MISUSED, file=path)
    facets = load_facets(settings.data_dir / "facets.yml")
    if files:
        return [finding for path in files for finding in check_file(path, facets)]
    folder = settings.guides_dir
    mends = read_report(folder / "source" / REPORT)
    book = book_of(folder).read_text(encoding="utf-8")
    return [*check_folder(folder, facets), *check_book(folder, book, mends)]


def book_of(folder: Path) -> Path:
    """The text of the book that the folder's guides were made from. CliError unless there is exactly one."""
    books = sorted((folder / "source").glob("*.txt"))
    if len(books) != 1:
        raise CliError.of("no_book", MISUSED, folder=folder / "source", count=len(books))
    return books[0]


def _near(file: str) -> str:
    """A path as short as it can be from here."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
