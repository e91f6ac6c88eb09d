from __future__ import annotations

import pytest

from bot.learn.score.calibration import calibrate
from bot.learn.score.risk import Point, risk_of


def test_what_is_right_as_often_as_it_is_sure_has_no_gap():
    sure = [0.75] * 4 + [0.25] * 4
    found = calibrate(sure, [True, True, True, False, True, False, False, False])
    assert (found.n, found.ece) == (8, 0)
    assert [(one.low, one.n, one.sure, one.right) for one in found.bins] == [(0.2, 4, 0.25, 0.25), (0.7, 4, 0.75, 0.75)]


def test_the_gap_is_weighed_by_how_many_cases_have_it():
    found = calibrate([0.9] * 3 + [0.5], [True, False, False, True])
    assert found.ece == pytest.approx((3 * abs(1 / 3 - 0.9) + 0.5) / 4)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.81 + 0.25) / 4)


def test_certainty_lies_in_the_last_bin_and_bins_carry_their_bounds():
    (only,) = calibrate([1.0, 0.95], [True, True]).bins
    assert (only.low, only.high, only.n) == (0.9, 1.0, 2)
    assert only.bounds[0] < 0.5 and only.bounds[1] == 1


def test_without_cases_there_is_nothing_to_say():
    with pytest.raises(ValueError, match="no cases"):
        calibrate([], [])


def test_risk_rises_with_coverage_from_the_surest_on():
    found = risk_of([0.2, 0.9, 0.8, 0.9], [False, True, False, True])
    assert found.points == (Point(0.9, 0.5, 0), Point(0.8, 0.75, pytest.approx(1 / 3)), Point(0.2, 1, 0.5))
    assert found.area == pytest.approx(0.25 / 3 + 0.25 / 2)


def test_how_much_can_be_answered_at_a_risk():
    found = risk_of([0.9, 0.8, 0.7, 0.6], [True, False, True, True])
    assert found.coverage_at(0.0) == 0.25
    assert found.coverage_at(0.25) == 1
    assert risk_of([0.9], [False]).coverage_at(0.5) == 0
