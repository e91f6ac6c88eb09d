"""The operator's command `guidebot`: every job of running and teaching the assistant."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process: 0 done, 1 failed or findings, 2 wrong use or not running."""
    from bot.cli.app import run

    sys.exit(run(arguments))
