"""Guttman errors against the definition, pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.careless.guttman import guttman_errors


def by_definition(x):
    steps = [(j, v) for j in range(x.shape[1]) for v in np.unique(x[:, j])[1:]]
    easy = {step: (x[:, step[0]] >= step[1]).sum() for step in steps}
    return [
        sum(
            easy[a] > easy[b] and row[a[0]] < a[1] and row[b[0]] >= b[1]
            for a in steps
            for b in steps
        )
        for row in x
    ]


def test_items_of_two_values_have_the_normed_index():
    x = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1], [1] * 4])
    x = np.vstack([x, [np.nan, 1, 1, 1]])
    errors, share = guttman_errors(x)
    assert errors[:6].tolist() == by_definition(x[:6])
    assert share[1] == pytest.approx(errors[1] / 4)
    assert np.isnan(share[4])
    assert np.isnan(errors[6])


@given(st.lists(st.lists(st.integers(1, 4), min_size=3, max_size=3), min_size=1, max_size=9))
def test_errors_are_pairs_of_an_easy_step_failed_and_a_hard_one_taken(rows):
    x = np.array(rows, float)
    errors, share = guttman_errors(x)
    assert errors.tolist() == by_definition(x)
    assert not (share[np.isfinite(share)] > 1).any()


def test_nobody_has_none():
    errors, share = guttman_errors(np.full((2, 3), np.nan))
    assert np.isnan(errors).all()
    assert np.isnan(share).all()
    assert len(guttman_errors(np.empty((0, 2)))[0]) == 0
    assert len(guttman_errors(np.empty((0, 0)))[0]) == 0


def test_measurements_are_no_steps():
    assert np.isnan(guttman_errors(np.arange(204.0).reshape(102, 2))[0]).all()
    assert np.isfinite(guttman_errors(np.arange(202.0).reshape(101, 2))[0]).all()
