"""The cluster for its tests: started once, ended at the end whatever happens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from load import PATIENCE_S
from releases_of_tests import two_releases

from bot.cluster.cluster import Cluster
from bot.cluster.problem import ClusterError

LOGS = Path(__file__).resolve().parents[2] / "build" / "cluster-logs"  # of the last run


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """One that the users of PostgreSQL and nginx can get to, as those of pytest cannot."""
    with tempfile.TemporaryDirectory(prefix="guidebot-cluster-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        shutil.rmtree(LOGS, ignore_errors=True)
        shutil.copytree(Path(name, "logs"), LOGS)


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
