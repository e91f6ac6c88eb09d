"""`python -m bot.cli` is `guidebot`, also where the project is not installed."""

from __future__ import annotations

from bot.cli import main

main()
