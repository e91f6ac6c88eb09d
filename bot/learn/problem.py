"""What keeps the assistant from being trained or measured."""

from __future__ import annotations


class LearnError(Exception):
    """A job of learning that cannot be done; `code` and `words` make the sentence of data/cli.yml."""

    def __init__(self, code: str, /, **words: object) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
