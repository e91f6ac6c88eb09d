"""The project that a command works on: the working directory and the settings of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.problem import MISUSED, CliError

if TYPE_CHECKING:
    from bot.settings import Settings

LANDMARKS = ("config.yml", "domain.yml")


def settings() -> Settings:
    """The settings of the environment; SettingsError where a variable cannot be used."""
    from bot.settings import Settings

    return Settings.from_env(os.environ)


def project_settings() -> Settings:
    """The settings, once it is sure that the working directory is the project's: all paths start there."""
    missing = [name for name in LANDMARKS if not Path(name).is_file()]
    if missing:
        raise CliError.of("not_in_project", MISUSED, here=Path.cwd(), missing="、".join(missing))
    return settings()
