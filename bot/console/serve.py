"""Run the console: `python -m bot.console.serve`, at the private address of the settings."""

from __future__ import annotations

import logging
import os
import sys
from urllib.parse import urlsplit

import uvicorn

from bot.console.app import create_app
from bot.logs import configure_logs
from bot.settings import Settings, SettingsError


def main() -> None:
    """Serve until told to stop; a setting that cannot work ends the start with a line in Chinese."""
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        sys.exit(str(error))
    configure_logs("console", settings.log_level)
    # It sets its own level as it is imported, and says what it does at every index.
    logging.getLogger("bm25s").addFilter(lambda record: record.levelno >= logging.WARNING)
    place = urlsplit(settings.console_url)
    uvicorn.run(
        create_app(settings),
        host=place.hostname or "127.0.0.1",
        port=place.port or 80,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
