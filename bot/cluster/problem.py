"""What keeps the cluster from starting."""

from __future__ import annotations

from bot.learn.problem import LearnError


class ClusterError(LearnError):
    """A code under `problems` in data/cli.yml, and the words that fill its blanks."""
