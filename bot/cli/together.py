"""All processes of the Procfile on one machine, under honcho, until told to stop or one of them ends."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.console import tell
from bot.cli.ports import PATIENCE_S, places, public_url
from bot.cli.problem import FAILED

if TYPE_CHECKING:
    from bot.settings import Settings

PROCFILE = Path("Procfile")
ASKED_TO_STOP = {128 + signal.SIGINT, 128 + signal.SIGTERM}
CONSOLE, AGAIN_S = "guidebot serve console", 5  # it is begun again after so many seconds
GRACE_S = 5.0  # for a process to close its files after its last turn


def run_together(settings: Settings, environ: Mapping[str, str]) -> int:
    """Run until stopped: 0 after SIGINT or SIGTERM, 1 where a process ended by itself and so all did."""
    from honcho import manager as honcho
    from honcho.environ import parse_procfile

    from bot.cli.checks import need_servable
    from bot.cli.serve import need_free

    need_servable(settings)
    for place in places(settings):
        need_free(place)
    honcho.KILL_WAIT = settings.turn_timeout_s + GRACE_S
    manager = honcho.Manager()
    for name, command in parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, own(command), env=dict(environ))
    if settings.console_url:
        manager.add_process("console", again(CONSOLE), env=dict(environ))
    stopped = threading.Event()
    threading.Thread(target=announce, args=(public_url(settings), stopped), daemon=True).start()
    manager.loop()
    stopped.set()
    return 0 if manager.returncode in ASKED_TO_STOP else FAILED


def own(command: str) -> str:
    """A line of the Procfile, with `guidebot` run by this very Python, whether or not it is on the PATH."""
    program, _, rest = command.partition(" ")
    return f"exec {shlex.quote(sys.executable)} -m bot.cli {rest}" if program == "guidebot" else command


def again(command: str) -> str:
    """A process that is begun again when it ends: without the console citizens are answered all the same."""
    return f"while :; do ({own(command)}); sleep {AGAIN_S}; done"


def announce(url: str, stopped: threading.Event) -> None:
    """Print the address to open once the service could answer a citizen."""
    while not stopped.wait(1.0):
        if is_ready(url):
            tell("serve.ready", url=url)
            return


def is_ready(url: str) -> bool:
    """Whether the edge at `url` says that all parts of the service can be reached."""
    import httpx

    try:
        with httpx.Client(trust_env=False, timeout=2 * PATIENCE_S) as client:
            return client.get(f"{url}/readyz").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
