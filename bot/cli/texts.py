"""The project's guides and the operator's texts, as `guidebot guides diff`, `update` and `import` read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.problem import MISUSED, CliError, told

if TYPE_CHECKING:
    from bot.book.edition import Change
    from bot.book.facets import Facet
    from bot.book.guide import Guide
    from bot.book.handbook import Handbook
    from bot.settings import Settings

_KINDS = ("*.txt", "*.md")


@contextmanager
def reading(file: Path, status: int) -> Iterator[None]:
    """What is wrong with a text, as the operator's error with its file and this exit code."""
    if not file.exists():
        raise CliError.of("no_file", MISUSED, file=file)
    try:
        yield
    except UnicodeDecodeError as error:
        raise CliError.of("not_utf8", status, file=file, problem=error.reason) from error
    except Exception as error:
        from bot.book.finding import BookError

        if isinstance(error, BookError):
            raise CliError(f"{file}: {error}", status) from error
        known = None if isinstance(error, CliError) else told(error)
        if known is None:
            raise
        raise CliError(str(known), status) from error


def changes_of(settings: Settings, new: Path) -> list[Change]:
    """The edits of a new edition: a text of the book, or a folder of guides."""
    from bot.book.edition import compare
    from bot.book.guide import load_guides

    if new.is_dir():
        guides = load_guides(new)
        if not guides:
            raise CliError.of("no_guides", MISUSED, folder=new)
        return compare(load_guides(settings.guides_dir), guides)
    book = new_edition(settings, new.read_text(encoding="utf-8"), "-")
    return compare(book_guides(settings), book.parsed.guides)


def new_edition(settings: Settings, text: str, edition: str) -> Handbook:
    """The book's new edition in this text. BookError where it is none."""
    from bot.book.handbook import read_edition
    from bot.book.sources import ANNOTATIONS, read_annotations

    annotations = read_annotations(settings.guides_dir / "source" / ANNOTATIONS)
    facets = facets_of(settings.data_dir)
    return read_edition(text, book_guides(settings), annotations, taken_ids(settings), facets, edition)


def book_guides(settings: Settings) -> list[Guide]:
    """The guides of the book, in its order, without those that were added beside it."""
    from bot.book.guide import load_guides
    from bot.book.sources import TITLES, read_titles

    guides = {guide.id: guide for guide in load_guides(settings.guides_dir)}
    return [guides[guide] for guide in read_titles(settings.guides_dir / "source" / TITLES) if guide in guides]


def facets_of(data: Path) -> dict[str, Facet]:
    """The facets of a data folder."""
    from bot.book.facets import load_facets

    return dict(load_facets(data / "facets.yml"))


def texts_at(path: Path) -> list[Path]:
    """The text itself, or those in a folder."""
    files = sorted(file for kind in _KINDS for file in path.glob(kind)) if path.is_dir() else [path]
    if not files:
        raise CliError.of("no_texts", MISUSED, folder=path)
    return files


def taken_ids(settings: Settings) -> list[str]:
    """The ids of all guides there are, and of those that were and left their questions: none is given again."""
    from bot.book.guide import load_guides

    left = [path.stem for path in (settings.data_dir / "questions").rglob("g*.txt")]
    return [*(guide.id for guide in load_guides(settings.guides_dir)), *left]
