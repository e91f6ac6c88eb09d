"""Run the edge: `python -m bot.edge.serve`, at the address and port of the settings."""

from __future__ import annotations

import os
import sys

import uvicorn

from bot.edge.app import create_app
from bot.edge.bundle import BundleError
from bot.edge.metrics import serve_metrics
from bot.edge.wording import WordingError
from bot.logs import configure_logs
from bot.settings import Settings, SettingsError


def main() -> None:
    """Serve until told to stop; a setting or a text that cannot work ends the start with a line in Chinese."""
    try:
        settings = Settings.from_env(os.environ)
        configure_logs("edge", settings.log_level)
        app = create_app(settings)
    except (SettingsError, WordingError, BundleError) as error:
        sys.exit(str(error))
    if settings.metrics:
        serve_metrics(settings.metrics)
    uvicorn.run(
        app,
        host=settings.edge_host,
        port=settings.edge_port,
        log_config=None,  # its lines go where all others go
        access_log=False,  # one line a turn is logged by the edge itself, without addresses
        server_header=False,
        timeout_graceful_shutdown=round(settings.turn_timeout_s) + 2,
    )


if __name__ == "__main__":
    main()
