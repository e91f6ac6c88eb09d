"""Time to train: ours from nothing but the exported encoder, and the stock assistant on the same questions."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.assistants import PROJECT, linked, project_environment, train_command
from bench.measure import OURS, PEER, Figure, Measure, compare
from bench.processes import run_timed
from bench.stock import EPOCHS, write_stock

_EPOCH = re.compile(r"Epochs:.*?(\d+)/(\d+) \[")


@dataclass(frozen=True)
class Extent:
    """How often ours is trained, and how many epochs the stock assistant's two networks are followed for."""

    runs: int
    epochs: int


FULL = Extent(1, 3)
QUICK = Extent(1, 2)


def measure(extent: Extent) -> list[Measure]:
    """Ours whole; the stock assistant's scaled to the epochs that `rasa init` sets."""
    ours = [train_ours() for _ in range(extent.runs)]
    lines = train_stock(extent.epochs)
    whole = scaled(lines, extent.epochs, EPOCHS)
    note = f"{extent.epochs} epochs took {lines[-1][0]:.0f} s; the peer's figure is scaled to {EPOCHS} epochs"
    return [
        compare("training, index and NLU", "s", {OURS: ours, PEER: [whole]}, note=note),
        Measure("training, an epoch of DIET", "s", {PEER: Figure(epoch_s(lines))}, 1),
    ]


def train_ours() -> float:
    """Seconds of `guidebot train` without index and model."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = linked(Path(name) / "ours")
        for shared in (folder / "models", folder / "build/nlu"):
            shared.unlink()
        shutil.copytree(PROJECT / "index/build/encoder", folder / "build/index/encoder")
        environ = project_environment({"GUIDEBOT_INDEX_DIR": "build/index"})
        return run_timed(["-m", "bot.cli", "train"], folder, environ)[-1][0]


def train_stock(epochs: int) -> list[tuple[float, str]]:
    """What `rasa train` says, with its times."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        write_stock(Path(name), PROJECT, epochs)
        return run_timed(train_command(), Path(name), project_environment({}))


def scaled(lines: Sequence[tuple[float, str]], epochs: int, wanted: int) -> float:
    """Seconds that training would take with so many epochs of each network, the first of them being like the others."""
    return lines[-1][0] + sum((wanted - epochs) * each for each in _epochs(lines))


def epoch_s(lines: Sequence[tuple[float, str]]) -> float:
    """Seconds of an epoch of the first network."""
    return _epochs(lines)[0]


def _epochs(lines: Iterable[tuple[float, str]]) -> list[float]:
    """Seconds of an epoch by network: from the end of its first on, which also builds the graph."""
    ends: list[dict[int, float]] = []
    for at, line in lines:
        if found := _EPOCH.search(line):
            done = int(found[1])
            if done == 0 and (not ends or ends[-1]):
                ends.append({})
            elif done:
                ends[-1].setdefault(done, at)
    return [(max(of.values()) - min(of.values())) / (max(of) - min(of)) for of in ends if len(of) > 1]
