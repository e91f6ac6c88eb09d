"""What ends a command with a sentence instead of a traceback."""

from __future__ import annotations

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
    from bot.settings import SettingsError
    from index.corpus import CorpusError
    from index.manifest import IndexProblem

    if isinstance(error, CliError):
        return error
    if isinstance(error, LearnError):
        return CliError.of(error.code, FAILED, **error.words)
    if isinstance(error, SettingsError):
        return CliError(str(error), MISUSED)
    if isinstance(error, BookError | GuideError | CorpusError | IndexProblem) or _is_encoder_error(error):
        return CliError(str(error))
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return CliError.of("bad_yaml", file=mark.name, line=mark.line + 1, problem=error.problem)
    if isinstance(error, UnicodeDecodeError):
        return CliError.of("not_utf8", problem=error)
    if isinstance(error, OSError) and error.filename:
        return CliError.of("file", file=error.filename, problem=error.strerror)
    return None


def _is_encoder_error(error: Exception) -> bool:
    # numpy comes with the class: where it was raised, that is loaded already
    return type(error).__name__ == "EncoderError"
