"""Run the action server: `python -m actions.serve --host 127.0.0.1 --port 5055`."""

from __future__ import annotations

import argparse
import logging
import sys

import jieba
from rasa_sdk.endpoint import create_app

from actions.guarded import guard
from actions.live import Live, add_to
from actions.shared import shared
from bot.book.finding import GuideError
from bot.learn.release.store import Releases
from bot.logs import configure_logs
from bot.settings import SettingsError
from index.e5 import EncoderError
from index.manifest import IndexProblem

FIRST = "社保"  # asked once before listening: dictionaries load on first use, and no citizen should wait for that


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop. Where book or index cannot be loaded, that ends the start in Chinese.

    Only Rasa and the edge call this server and show its key; no page of another site can (no CORS).
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--follow", action="store_true", help="go over to another release once it is promoted")
    given = parser.parse_args(arguments)
    jieba.setLogLevel(logging.WARNING)  # it has a handler of its own, and says at length how it loads
    try:
        settings = shared().settings
        shared().engine.scores([FIRST])
    except (SettingsError, GuideError, IndexProblem, EncoderError) as error:
        sys.exit(str(error))
    if not settings.internal_key:
        sys.exit("动作服务要有 GUIDEBOT_INTERNAL_KEY 才能启动；用 guidebot serve actions 启动时会自动设好。")
    configure_logs("actions", settings.log_level)
    app = create_app("actions", cors_origins="")
    guard(app, settings.internal_key)
    if given.follow:
        releases = Releases()
        add_to(app, Live(settings, releases.find(settings.release), shared()), releases)
    app.run(given.host, given.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
