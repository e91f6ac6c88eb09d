"""What was trained last: decisions change the data, and the engine of before goes on until the next training."""

from __future__ import annotations

from bot.learn.release.store import Releases
from bot.settings import Settings
from index.build import is_current


def last_trained(settings: Settings) -> Settings:
    """The settings under which an engine can be loaded: of today's index, or of the newest release that fits.

    Where there is neither they are today's, and loading says what to do.
    """
    if is_current(settings):
        return settings
    made = (release.settings(settings) for release in Releases().all())
    return next((own for own in made if is_current(own)), settings)
