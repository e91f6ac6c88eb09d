"""The soak tells growth from noise, and the plan follows its figures."""

from __future__ import annotations

import argparse
import random

import pytest

from scripts.capacity import plan
from scripts.soak import ALLOWED_MB_H, Sample, Turns, report, slope

HALF_AN_HOUR_S = 1800.0
AT_S = [float(at) for at in range(0, 1800, 2)]


def wave(at: float, noise: random.Random) -> float:
    """Memory that goes up and down by itself."""
    return 500 + noise.gauss(0, 3) + 4 * (at % 120) / 120


@pytest.mark.parametrize(("growth", "grows"), [(0.0, False), (ALLOWED_MB_H / 2, False), (40.0, True)])
def test_growth_is_told_from_noise(growth: float, grows: bool) -> None:
    noise = random.Random(0)
    found = slope(AT_S, [wave(at, noise) + growth * at / 3600 for at in AT_S], HALF_AN_HOUR_S)
    assert found.low < growth < found.high
    assert bool(found.low > ALLOWED_MB_H) is grows


def test_warming_up_is_no_growth() -> None:
    values = [min(500.0, 300 + at) for at in AT_S]
    assert slope(AT_S, values, HALF_AN_HOUR_S).an_hour == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("leak", "failures", "green"), [(0.0, [], True), (60.0, [], False), (0.0, ["error"], False)])
def test_the_verdict(leak: float, failures: list[str], green: bool) -> None:
    noise = random.Random(1)
    turns = Turns(AT_S, [80 + noise.gauss(0, 9) for _ in AT_S], failures)
    names = ("edge-1", "rasa-1", "postgres")
    samples = [Sample(at, dict.fromkeys(names, 500 + leak * at / 3600)) for at in AT_S]
    found = report(turns, samples, 10.0, 7.0, HALF_AN_HOUR_S)
    assert found["green"] is green
    assert found["grows"] == (["edge-1", "rasa-1"] if leak else []), "a database may fill its buffers"


def test_the_plan_follows_the_figures() -> None:
    ours = [f"{kind}-{number}" for kind in ("edge", "rasa", "actions") for number in (1, 2)]
    measured = {
        "cpu_ms_a_turn": dict(zip(ours, (5, 5, 10, 10, 15, 15), strict=True)) | {"postgres": 6, "redis": 1, "nginx": 1},
        "memory_mb": {name: {"last": 600.0} for name in ours},
        "bytes_a_turn": {"journal": 2000, "tracker": 8000},
    }
    given = argparse.Namespace(
        people=36.5e6, asking=1.0, talks=1, turns=8.64, peak=10, load=0.5, node_cores=4, copies=2, days=100
    )
    found = plan(measured, given)
    assert found["turns_a_day"] == pytest.approx(864_000)
    assert found["peak_turns_a_second"] == pytest.approx(100)
    assert found["cores"] == pytest.approx(12)
    assert (found["nodes"], found["rasa_processes"], found["actions_processes"]) == (4, 5, 7)
    assert found["stored_gb_a_day"] == pytest.approx(8.64)
    assert found["stored_tb_kept"] == pytest.approx(0.864)
