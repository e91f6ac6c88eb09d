"""What an installation needs to answer citizens: what each check found and the command that mends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.ports import Place, places
from bot.cli.problem import FAILED, CliError
from bot.cli.system import LOCK, pins, port_holder, wrong_packages
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.settings import Settings

PYTHON = (3, 11)
SHOWN = 8  # packages named in a line
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


def check(name: str, state: str, code: str, remedy: str = "", /, **words: object) -> Check:
    """A check whose sentence is `doctor.<name>.<code>` of data/cli.yml."""
    return Check(name, state, say(f"doctor.{name}.{code}", **words), remedy)


def python_check(_settings: Settings) -> Check:
    """Whether this is the Python that the locked packages are for."""
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == PYTHON:
        return check("python", OK, "ok", running=running)
    return check("python", MISSING, "other", say("doctor.python.remedy"), running=running)


def packages_check(_settings: Settings) -> Check:
    """Whether the packages of requirements.lock are installed, in their versions."""
    if not LOCK.is_file():
        return check("packages", MISSING, "no_lock", say("doctor.packages.no_lock_remedy"), lock=LOCK)
    wanted = pins(LOCK.read_text(encoding="utf-8"))
    missing, other = wrong_packages(wanted)
    if not missing and not other:
        return check("packages", OK, "ok", count=len(wanted))
    lines = [
        say(f"doctor.packages.{code}", count=len(names), names="、".join(names[:SHOWN]))
        for code, names in (("missing", missing), ("other", other))
        if names
    ]
    return Check("packages", MISSING, "".join(lines), say("doctor.packages.remedy", lock=LOCK))


def guides_check(settings: Settings) -> Check:
    """Whether the guide files are in order and say what the book says."""
    from bot.cli.guides import findings_of

    findings = findings_of(settings, ())
    count = len(list(settings.guides_dir.glob("g*.md")))
    if findings:
        return check("guides", MISSING, "findings", "guidebot guides check", count=len(findings))
    return check("guides", OK, "ok", count=count)


def index_check(settings: Settings) -> Check:
    """Whether the index is there, whole, and built from today's guides and questions."""
    from index.build import current_inputs
    from index.manifest import IndexProblem, Manifest

    try:
        manifest = Manifest.read(settings.index_dir)
        manifest.check(settings.index_dir, current_inputs(settings))
    except IndexProblem as problem:
        return Check("index", MISSING, str(problem), "guidebot index build")
    return check("index", OK, "ok", wordings=manifest.figures.get("wordings", "?"))


def encoder_check(settings: Settings) -> Check:
    """Whether the sentence encoder can be loaded."""
    from index.build import ENCODER
    from index.e5 import EncoderError
    from index.encoder import OnnxEncoder

    try:
        encoder = OnnxEncoder(settings.index_dir / ENCODER)
    except EncoderError as problem:
        return Check("encoder", MISSING, str(problem), "guidebot index build")
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

    remedy = say("doctor.database.remedy")
    journal = Journal(settings.database_url)
    try:
        journal.check()
    except JournalError as problem:
        return check("database", MISSING, "missing", remedy, problem=problem)
    finally:
        journal.close()
    file = Path(settings.database_url.partition("///")[2])
    if settings.database_url.startswith("sqlite") and file.is_file() and not os.access(file, os.W_OK):
        return check("database", MISSING, "missing", remedy, problem=file)
    return check("database", OK, "ok")


def widget_check(_settings: Settings) -> Check:
    """Whether the chat widget is bundled."""
    from bot.edge.bundle import BundleError, load_bundle

    try:
        bundle = load_bundle()
    except BundleError as problem:
        return Check("widget", MISSING, str(problem), "make widget")
    return check("widget", OK, "ok", script=bundle.script, size=f"{bundle.gzipped_bytes / 1000:.1f}")


def port_check(place: Place) -> Check:
    """Whether a process of ours can listen at its place, or does."""
    words = {"name": place.name, "host": place.host, "port": place.port}
    if place.answers():
        return check("ports", OK, "ours", **words)
    if not place.is_local():
        return check("ports", OPTIONAL, "remote", **words)
    obstacle = place.obstacle()
    if not obstacle:
        return check("ports", OK, "free", **words)
    if obstacle != "busy_port":
        return Check("ports", MISSING, say(f"problems.{obstacle}", **words))
    holder = port_holder(place.port) or say("doctor.ports.unknown")
    return check("ports", MISSING, "busy", say("doctor.ports.remedy", **words), holder=holder, **words)


def browser_check(_settings: Settings) -> Check:
    """Whether the browser of the tests is there; nobody needs it to serve."""
    remedy = f"{sys.executable} -m playwright install chromium"
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return check("browser", OPTIONAL, "missing", remedy)
    try:
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
    except Error:
        return check("browser", OPTIONAL, "missing", remedy)
    return check("browser", OK, "ok") if path.is_file() else check("browser", OPTIONAL, "missing", remedy)


def all_checks(settings: Settings) -> list[Check]:
    """Every check of an installation, in the order in which to mend what is missing."""
    before = (python_check, packages_check, guides_check, encoder_check, index_check, model_check, widget_check)
    found = [one(settings) for one in before]
    found += [port_check(place) for place in places(settings)]
    return [*found, database_check(settings), browser_check(settings)]


SERVABLE: Sequence[Callable[[Settings], Check]] = (
    encoder_check,
    index_check,
    model_check,
    widget_check,
    database_check,
)


def need_servable(settings: Settings) -> None:
    """CliError with every line that keeps the service from starting; a model that is out of date does not."""
    from bot.learn.release.store import in_use

    release = in_use(settings)
    if release:  # it was whole and fitting when it was made: what can have changed since are its files
        release.verify()
    checks = [one for one in SERVABLE if not (release and one is model_check)]
    found = [one(release.settings(settings) if release else settings) for one in checks]
    missing = [found for found in found if found.state == MISSING]
    if not Path("Procfile").is_file():
        raise CliError.of("no_procfile")
    if missing:
        raise CliError("\n".join(map(_with_remedy, missing)), FAILED)


def _with_remedy(line: Check) -> str:
    return line.found if line.remedy in line.found else line.found + say("doctor.mend", remedy=line.remedy)
