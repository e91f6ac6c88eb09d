"""What an installation needs to answer citizens: what each check found and the command that mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.problem import FAILED, CliError
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.settings import Settings

OK, STALE, MISSING, OPTIONAL = "ok", "stale", "missing", "optional"


@dataclass(frozen=True)
class Check:
    """One line of `doctor`. `state`: ok, stale (runs, but not with today's data), missing, or optional."""

    name: str
    state: str
    found: str
    remedy: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing has to be done."""
        return self.state in (OK, OPTIONAL)


def check(name: str, state: str, code: str, remedy: str = "", **words: object) -> Check:
    """A check whose sentence is `doctor.<name>.<code>` of data/cli.yml."""
    return Check(name, state, say(f"doctor.{name}.{code}", **words), remedy)


def index_check(settings: Settings) -> Check:
    """Whether the index is there, whole, and built from today's guides and questions."""
    from index.build import current_inputs
    from index.manifest import IndexProblem, Manifest

    try:
        manifest = Manifest.read(settings.index_dir)
        manifest.check(settings.index_dir, current_inputs(settings))
    except IndexProblem as problem:
        return Check("index", MISSING, str(problem), "guidebot index build")
    return check("index", OK, "ok", examples=manifest.figures.get("examples", "?"))


def encoder_check(settings: Settings) -> Check:
    """Whether the sentence encoder can be loaded."""
    from index.build import ENCODER
    from index.e5 import EncoderError
    from index.encoder import OnnxEncoder

    try:
        encoder = OnnxEncoder(settings.index_dir / ENCODER)
    except EncoderError as problem:
        return Check("encoder", MISSING, str(problem), "guidebot index build --force")
    return check("encoder", OK, "ok", model=encoder.config.model, dimension=encoder.dimension)


def model_check(settings: Settings) -> Check:
    """Whether the Rasa model is there, whole, and trained from today's data."""
    from bot.learn.model import MODEL, check_model
    from bot.learn.problem import LearnError

    try:
        check_model(settings)
    except LearnError as problem:
        state = STALE if problem.code == "stale_model" else MISSING
        return Check("model", state, say(f"problems.{problem.code}", **problem.words), "guidebot train")
    return check("model", OK, "ok", model=MODEL)


def database_check(settings: Settings) -> Check:
    """Whether the journal can be opened and written to."""
    from bot.edge.journal import Journal, JournalError

    journal = Journal(settings.database_url)
    try:
        journal.check()
    except JournalError as problem:
        return check("database", MISSING, "missing", remedy=say("doctor.database.remedy"), problem=problem)
    finally:
        journal.close()
    return check("database", OK, "ok")


SERVABLE: Sequence[Callable[[Settings], Check]] = (encoder_check, index_check, model_check, database_check)


def need_servable(settings: Settings) -> None:
    """CliError with every line that keeps the service from starting; a model that is out of date does not."""
    found = [one(settings) for one in SERVABLE]
    missing = [found for found in found if found.state == MISSING]
    if not Path("Procfile").is_file():
        raise CliError.of("no_procfile")
    if missing:
        raise CliError(
            "\n".join(f"{line.found}{say('doctor.mend', remedy=line.remedy)}" for line in missing), FAILED
        )
