"""Run the action server: `python -m actions.serve --host 127.0.0.1 --port 5055`."""

from __future__ import annotations

import argparse
import logging
import sys

from rasa_sdk.endpoint import create_app

from actions.shared import shared
from bot.book.finding import GuideError
from bot.settings import SettingsError
from index.e5 import EncoderError
from index.manifest import IndexProblem

FIRST = (
    "社保"  # asked once before listening: dictionaries load on first use, and no citizen should wait for that
)


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop. Where book or index cannot be loaded, that ends the start in Chinese.

    Only Rasa calls this server: it listens where it is told and answers no page of another site (no CORS).
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    given = parser.parse_args(arguments)
    try:
        settings = shared().settings
        shared().engine.scores([FIRST])
    except (SettingsError, GuideError, IndexProblem, EncoderError) as error:
        sys.exit(str(error))
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    create_app("actions", cors_origins="").run(given.host, given.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
