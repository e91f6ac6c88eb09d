"""The cluster for its tests: started once, ended at the end whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from releases_of_tests import two_releases

from bot.cluster.cluster import Cluster
from bot.cluster.problem import ClusterError

PATIENCE_S = 6.0


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that the user of PostgreSQL can get to."""
    made = tmp_path_factory.mktemp("cluster")
    if os.geteuid() == 0:
        for one in (made, *made.parents[:2]):
            one.chmod(0o755)
    return made


@pytest.fixture(scope="session")
def cluster(folder: Path) -> Iterator[Cluster]:
    """Two of each process, which serve the first of two releases and go over to the other once that is promoted."""
    running = Cluster(folder, turn_timeout_s=str(PATIENCE_S), rate_limit="100000/minute")
    (running.home / "build").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        releases, first, _second = two_releases(running.home, monkeypatch)
    releases.promote(first, "test")
    try:
        running.prepare()
        running.start_all()
        yield running
    except ClusterError as problem:
        pytest.fail(str(problem), pytrace=False)
    finally:
        running.stop()
