"""The arithmetic of the benchmarks: medians with bounds, ratios, epochs, recall, targets."""

from __future__ import annotations

import numpy as np
import pytest

from bench.growth import recall
from bench.measure import BARE, FLOOR, OURS, PEER, Figure, Measure, compare, quantile
from bench.targets import targets
from bench.training import epoch_s, scaled


def test_median_lies_in_its_bounds() -> None:
    values = np.random.default_rng(1).exponential(10, 200)
    found = quantile(list(values))
    assert found.value == pytest.approx(np.median(values))
    assert found.bounds and found.bounds[0] < found.value < found.bounds[1]


def test_bounds_narrow_with_more_values() -> None:
    values = list(np.random.default_rng(1).normal(10, 1, 400))
    few, many = (quantile(of).bounds or (0.0, 0.0) for of in (values[:20], values))
    assert many[1] - many[0] < (few[1] - few[0]) / 2


def test_one_value_has_no_bounds() -> None:
    assert quantile([3.0]) == Figure(3.0)


def test_ratio_is_to_the_floor_before_the_peer() -> None:
    values = {OURS: [30.0], FLOOR: [20.0], BARE: [10.0], PEER: [60.0]}
    assert compare("turn", "ms", values).ratio == pytest.approx(1.5)
    assert compare("turn", "ms", {OURS: [30.0], PEER: [60.0]}).ratio == pytest.approx(0.5)
    assert compare("turn", "ms", {OURS: [30.0]}).ratio is None


def test_a_contender_without_values_is_left_out() -> None:
    measure = compare("memory", "MB", {OURS: [1.0, 2.0, 4.0], FLOOR: []})
    assert (measure.figures.keys(), measure.runs) == ({OURS}, 3)


def test_measure_survives_its_json() -> None:
    measure = Measure("turn", "ms", {OURS: Figure(2.0, (1.0, 3.0)), PEER: Figure(4.0)}, 9, "a note")
    stored = measure.to_json()
    assert stored | {"name": "turn", "ours": 2.0, "floor": None, "peer": 4.0, "ratio": 0.5, "runs": 9} == stored
    assert Measure.of(stored) == measure


# What Rasa prints of two networks that learn for three epochs: the first epoch of each also builds its graph.
LINES = [
    (10.0, "Epochs:   0%|          | 0/3 [00:00<?, ?it/s]"),
    (30.0, "Epochs:  33%|###       | 1/3 [00:20<00:40, 20.0s/it, t_loss=9.1]"),
    (30.1, "Epochs:  33%|###       | 1/3 [00:20<00:40, 20.0s/it, t_loss=9.1, i_acc=0.1]"),
    (35.0, "Epochs:  67%|######    | 2/3 [00:25<00:12, 12.0s/it]"),
    (40.0, "Epochs: 100%|##########| 3/3 [00:30<00:00, 10.0s/it]"),
    (41.0, "Epochs:   0%|          | 0/3 [00:00<?, ?it/s]"),
    (46.0, "Epochs:  33%|###       | 1/3 [00:05<00:10, 5.0s/it]"),
    (48.0, "Epochs:  67%|######    | 2/3 [00:07<00:03, 3.0s/it]"),
    (50.0, "Epochs: 100%|##########| 3/3 [00:09<00:00, 3.0s/it]"),
    (60.0, ""),
]


def test_an_epoch_is_timed_after_the_graph_was_built() -> None:
    assert epoch_s(LINES) == pytest.approx(5)


def test_training_is_scaled_by_the_epochs_of_each_network() -> None:
    assert scaled(LINES, epochs=3, wanted=13) == pytest.approx(60 + 10 * 5 + 10 * 2)


def test_recall_counts_what_was_found_in_any_order() -> None:
    assert recall([[1, 2, 3, 4], [5, 6, 7, 8]], [[4, 3, 2, 1], [5, 6, 0, 9]]) == pytest.approx(0.75)


def test_targets_are_met_missed_or_unknown() -> None:
    found = [
        compare("answer at rest, p95", "ms", {OURS: [40.0]}),
        compare("turn at rest, p50", "ms", {OURS: [25.0], FLOOR: [20.0]}),
        compare("8 at once, turns a second", "1/s", {OURS: [30.0], FLOOR: [40.0]}),
    ]
    met = {one.words: one.met for one in targets({one.name: one for one in found})}
    assert met["an answer's p95 at rest, in terms of the p50 of the floor"] is False
    assert met["an answer's p95 at rest, in terms of the p50 of the floor with our channel"] is None
    assert met["turns a second, 8 at once, in terms of the floor"] is True
    assert met["start to ready, s"] is None
