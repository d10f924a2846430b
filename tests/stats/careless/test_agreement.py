from __future__ import annotations

import numpy as np

from surveyapp.stats.careless.agreement import residual_z, reversals_ignored

SCALES = [([0, 1], [2]), ([3], [4])]


def test_agreeing_with_a_statement_and_its_opposite() -> None:
    X = [
        [5, 5, 5, 5, 5],  # ignores both
        [5, 5, 1, 4, 2],  # heeds both
        [3, 3, 3, 3, 3],  # the middle says nothing
        [1, 1, 1, 2, 5],  # ignores one
        [5, 5, np.nan, 5, 5],  # shown one
    ]
    ignored, shown = reversals_ignored(X, SCALES, 3)
    assert ignored.tolist() == [2, 0, 0, 1, 1]
    assert shown.tolist() == [2, 2, 2, 2, 1]


def test_a_score_that_the_items_deny_stands_out() -> None:
    source = np.random.default_rng(1)
    items = source.normal(4, 0.7, 300)
    score = 2 * items + source.normal(0, 0.8, 300)
    score[:15] = 0
    items[299] = np.nan
    z = residual_z(items, score)
    assert (z[:15] > 3.5).all()
    assert (z[15:299] > 3.5).mean() < 0.01
    assert np.isnan(z[299])


def test_without_spread_or_pairs_there_is_no_residual() -> None:
    ones, line = np.ones(30), np.arange(30.0)
    assert np.isnan(residual_z(ones, line)).all()
    assert np.isnan(residual_z(line, 2 * line)).all()
    assert np.isnan(residual_z(line[:10], line[:10] ** 2)).all()
