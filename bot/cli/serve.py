"""`guidebot serve`: all processes together, or one of them."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn
from urllib.parse import urlsplit

import typer

from bot.cli.ports import LOCAL, Place, places
from bot.cli.problem import FAILED, MISUSED, CliError
from bot.cli.project import project_settings
from bot.cli.system import port_holder
from bot.learn.quiet import quiet_environment
from bot.learn.release.store import in_use

if TYPE_CHECKING:
    from bot.learn.release.store import Release
    from bot.settings import Settings

LOCK_MARGIN_S = 5  # Rasa's lock on a conversation outlives the turn that holds it, and soon ends with a dead worker
ACTIONS_S = 120.0  # a minute is usual where everything starts at once
RESPONSES = "bot.components.responses.ResponsesOfModel"
# The matrices of one question are small: on two cores OpenBLAS takes 5 µs for one alone, and up to 2 ms with a second
# thread that it has to wait for.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PULL_S = 1  # between Rasa's looks for another model

Port = Annotated[int | None, typer.Option("--port", min=1, max=65535)]
Host = Annotated[str, typer.Option("--host")]


def add_to(app: typer.Typer) -> None:
    """Add the group `serve`, which also is a command of its own."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(everything)
    for command in (actions, rasa, edge, console):
        group.command(command.__name__)(command)
    app.add_typer(group, name="serve")


def everything(context: typer.Context, port: Port = None) -> None:
    """Run all processes, unless one of them is asked for."""
    if context.invoked_subcommand:
        return
    from bot.cli.together import run_together

    settings = project_settings()
    if port:
        settings = replace(settings, edge_port=port)
    raise typer.Exit(run_together(settings, environment(settings)))


def actions(port: Port = None, host: Host = LOCAL) -> None:
    """Go on as the action server."""
    settings = project_settings()
    place = _place(settings, "actions", host, port)
    where = ["--host", host, "--port", str(place.port)]
    release = in_use(settings)
    environ = {**environment(settings), **(release.variables() if release else {})}
    follow = ["--follow"] if follows(settings, release) else []
    _become(["-m", "actions.serve", *where, *follow], quiet_environment(environ))


def rasa(port: Port = None, host: Host = LOCAL) -> None:
    """Go on as Rasa's server."""
    from bot.learn.model import MODEL, check_whole

    settings = project_settings()
    release = in_use(settings)
    # Rasa would start without a model that it cannot read, and answer every turn with an error.
    release.verify() if release else check_whole()
    model = release.model if release else MODEL
    place = _place(settings, "rasa", host, port)
    Path("build").mkdir(exist_ok=True)  # the tracker store of endpoints.yml lies there
    endpoints = following_endpoints(settings) if follows(settings, release) else Path("endpoints.yml")
    files = ["--model", str(model), "--endpoints", str(endpoints), "--credentials", "credentials.yml"]
    # Neither --cors nor --enable-api: whoever reaches this port could load another model.
    _become(
        ["-m", "rasa", "run", "-i", host, "-p", str(place.port), *files],
        quiet_environment(environment(settings)),
    )


def edge(port: Port = None, host: Annotated[str | None, typer.Option("--host")] = None) -> None:
    """Go on as the public service."""
    settings = project_settings()
    place = _place(settings, "edge", host or settings.edge_host, port)
    settings = replace(settings, edge_host=place.host, edge_port=place.port)
    environ = environment(settings)
    if release := in_use(settings):  # the guides are the release's, the edge's own words those of the project
        environ["GUIDEBOT_GUIDES_DIR"] = release.variables()["GUIDEBOT_GUIDES_DIR"]
    _become(["-m", "bot.edge.serve"], environ)


def console(port: Port = None) -> None:
    """Go on as the console, behind the edge."""
    settings = project_settings()
    if not settings.console_url:
        raise CliError.of("console_off", MISUSED)
    place = _place(settings, "console", urlsplit(settings.console_url).hostname or LOCAL, port)
    settings = replace(settings, console_url=place.url)
    _become(["-m", "bot.console.serve"], quiet_environment(environment(settings)))


def environment(settings: Settings) -> dict[str, str]:
    """The environment for a process of the service: what endpoints.yml and credentials.yml ask for is always there."""
    from bot.edge.sessions import internal_key

    return {
        **ONE_CORE,
        **os.environ,
        "GUIDEBOT_INTERNAL_KEY": internal_key(settings),
        "GUIDEBOT_TURN_TIMEOUT_S": str(settings.turn_timeout_s),
        "GUIDEBOT_LOG_LEVEL": settings.log_level,
        "TICKET_LOCK_LIFETIME": str(math.ceil(settings.turn_timeout_s) + LOCK_MARGIN_S),
        "FORCE_JSON_LOGGING": "true",
        "GUIDEBOT_ACTIONS_URL": settings.actions_url,
        "GUIDEBOT_RASA_URL": settings.rasa_url,
        "GUIDEBOT_CONSOLE_URL": settings.console_url or "off",
        "GUIDEBOT_EDGE_HOST": settings.edge_host,
        "GUIDEBOT_EDGE_PORT": str(settings.edge_port),
        "PYTHONUNBUFFERED": "1",
    }


def follows(settings: Settings, release: Release | None) -> bool:
    """Whether a process goes over to another release once that is promoted: not where an operator chose one."""
    return release is not None and not settings.release


def following_endpoints(settings: Settings) -> Path:
    """Rasa's endpoints with the actions as the place that its models come from, once they answer there."""
    from bot.learn.release.running import KEY_SHOWN

    actions = next(place for place in places(settings) if place.name == "actions")
    deadline = time.monotonic() + ACTIONS_S
    while not actions.answers():
        if time.monotonic() > deadline:
            raise CliError.of("no_actions", FAILED, url=actions.url)
        time.sleep(PULL_S)
    words = f"\nnlg:\n  type: {RESPONSES}\n"
    pulled = f"models:\n  url: {actions.url}/model\n  wait_time_between_pulls: {PULL_S}\n{KEY_SHOWN}"
    path = Path("build/endpoints.yml")
    path.write_text(Path("endpoints.yml").read_text(encoding="utf-8") + words + pulled, encoding="utf-8")
    return path


def need_free(place: Place) -> None:
    """CliError that names the process where something else listens already."""
    code = place.obstacle()
    if code:
        code = "already_running" if code == "busy_port" and place.answers() else code
        words = {
            "name": place.name,
            "host": place.host,
            "port": place.port,
            "holder": port_holder(place.port),
        }
        raise CliError.of(code, MISUSED, **words)


def _place(settings: Settings, name: str, host: str, port: int | None) -> Place:
    usual = next(place for place in places(settings) if place.name == name)
    place = Place(name, host, port or usual.port)
    need_free(place)
    return place


def _become(arguments: list[str], environ: Mapping[str, str]) -> NoReturn:
    """Go on as another Python program: signals and the exit code are its own."""
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], dict(environ))
