"""Rasa's own action server for the floor, on loopback: `python -m bench.floor.serve PORT`."""

from __future__ import annotations

import sys

from rasa_sdk.endpoint import create_app

if __name__ == "__main__":
    create_app("bench.floor.actions").run("127.0.0.1", int(sys.argv[1]), workers=1, access_log=False)
