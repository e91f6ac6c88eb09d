"""The effect of decisions, one computed at a time, over what is loaded once as long as the data stays the same."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from bot.learn.effect.effect import Effect, effect_of
from bot.learn.effect.kept import Kept
from bot.settings import Settings
from index.build import current_inputs


class Effects:
    """Loads the engine on first use: a console where nobody looks at effects stays small."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._alone = threading.Lock()
        self._kept: Kept | None = None
        self._inputs = ""

    def of(self, texts: Sequence[str], label: str) -> Effect:
        """What teaching `texts` as `label` would do. Blocks for some seconds; IndexProblem, CorpusError."""
        with self._alone:
            inputs = current_inputs(self._settings)
            if self._kept is None or inputs != self._inputs:
                self._kept, self._inputs = Kept.load(self._settings), inputs
            return effect_of(self._kept, texts, label)
