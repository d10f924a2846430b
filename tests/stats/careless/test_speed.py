from __future__ import annotations

import numpy as np
import pytest

from surveyapp.stats.careless import speed

NAN = np.nan


def test_missing_and_impossible_times_are_never_fast() -> None:
    times = [NAN, 0.0, -5.0, np.inf, 3.0, 60.0]
    assert speed.faster_than(times, 30).tolist() == [False] * 4 + [True, False]
    assert speed.below_share_of_median(times, 0.5).tolist() == [False] * 4 + [True, False]
    assert np.isfinite(speed.log_z(times)).tolist() == [False] * 4 + [True, True]


def test_each_respondent_has_his_own_expectation() -> None:
    assert speed.faster_than([20, 20], [30, 70], 0.5).tolist() == [False, True]


def test_times_without_spread() -> None:
    assert speed.log_z([5.0, 5.0]).tolist() == [0, 0]
    assert np.isnan(speed.log_z([5.0])).all()
    assert np.isnan(speed.robust_log_z([5.0, 5.0, 9.0])).all()
    assert np.isnan(speed.robust_log_z([NAN])).all()


def test_a_robust_z_is_not_masked_by_the_speeders() -> None:
    times = [100.0 + i for i in range(20)] + [2.0] * 6
    assert (speed.robust_log_z(times)[-6:] < -2.5).all()
    assert not (speed.log_z(times)[-6:] < -2.5).any()


def test_fences() -> None:
    low, high = speed.tukey_fences([10, 11, 12, 13, 14, 1, 200])
    assert low.tolist() == [False] * 5 + [True, False]
    assert high.tolist() == [False] * 6 + [True]


def test_relative_speed_uses_the_pages_seen_and_is_capped() -> None:
    pages = [[10, 20], [5, NAN], [10, 20], [0.001, 0.001], [NAN, NAN]]
    index = speed.relative_speed(pages)
    assert index[0] == pytest.approx((7.5 / 10 + 1) / 2)
    assert index[1] == pytest.approx(1.5)
    assert index[3] == 3
    assert np.isnan(index[4])
