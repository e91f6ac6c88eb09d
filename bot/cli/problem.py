"""What ends a command with a sentence instead of a traceback."""

from __future__ import annotations

from pathlib import Path

from bot.cli.words import say
from bot.learn.problem import LearnError

FAILED, MISUSED = 1, 2


class CliError(Exception):
    """A command cannot do its job; the text is the operator's, `status` the exit code of the process."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.status = status

    @classmethod
    def of(cls, code: str, status: int = FAILED, /, **words: object) -> CliError:
        """The error `code` under `problems` in data/cli.yml with its blanks filled."""
        return cls(say(f"problems.{code}", **words), status)


def told(error: Exception) -> CliError | None:
    """The sentence for an error that an operator can mend; None for one that only a developer can.

    Imports the classes only now: most commands never fail, and some of the classes come with large libraries.
    """
    import yaml

    from bot.book.finding import BookError, GuideError
    from bot.edge.wording import WordingError
    from bot.settings import SettingsError
    from index.corpus import CorpusError
    from index.manifest import IndexProblem

    if isinstance(error, CliError):
        return error
    if isinstance(error, LearnError):
        return CliError.of(error.code, FAILED, **error.words)
    if isinstance(error, SettingsError):
        return CliError(str(error), MISUSED)
    tellable = BookError | GuideError | CorpusError | IndexProblem | WordingError
    if isinstance(error, tellable) or _is_encoder_error(error):
        return CliError(str(error))
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        line = error.problem_mark.line + 1
        return CliError.of("bad_yaml", FAILED, file=_broken_yaml() or "YAML", line=line, problem=error.problem)
    if isinstance(error, UnicodeDecodeError):
        return CliError.of("not_utf8", FAILED, file=_undecodable() or "", problem=error.reason)
    if isinstance(error, OSError) and error.filename:
        return CliError.of("file", file=error.filename, problem=error.strerror)
    return None


def _broken_yaml() -> Path | None:
    """The project's first YAML file that cannot be read: the error itself only knows the line."""
    import yaml

    def broken(path: Path) -> bool:
        try:
            yaml.safe_load(path.read_text(encoding="utf-8", errors="replace"))
        except yaml.YAMLError:
            return True
        return False

    return next(filter(broken, (*sorted(Path().glob("*.yml")), *sorted(Path("data").rglob("*.yml")))), None)


def _undecodable() -> Path | None:
    """The project's first text that is not UTF-8: the error itself only knows the place in it."""

    def broken(path: Path) -> bool:
        try:
            path.read_bytes().decode()
        except UnicodeDecodeError:
            return True
        return False

    folders = ("data", "guides")
    kinds = ("yml", "txt", "md", "csv")
    texts = (path for folder in folders for kind in kinds for path in sorted(Path(folder).rglob(f"*.{kind}")))
    return next(filter(broken, texts), None)


def _is_encoder_error(error: Exception) -> bool:
    # numpy comes with the class: where it was raised, that is loaded already
    return type(error).__name__ == "EncoderError"
