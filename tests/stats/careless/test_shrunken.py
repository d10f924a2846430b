"""The distance for few answers: against scikit-learn's Ledoit and Wolf."""

import numpy as np
import pytest

from surveyapp.stats.careless.distance import mahalanobis
from surveyapp.stats.careless.shrunken import shrunken_distance


@pytest.mark.parametrize("n", [3, 8, 60])
def test_distances_equal_those_of_ledoit_and_wolf(n):
    from sklearn.covariance import LedoitWolf

    random = np.random.default_rng(n)
    x = np.round(random.normal(size=(n, 1)) + random.normal(size=(n, 10)), 1)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    fitted = LedoitWolf(assume_centered=True).fit(z)
    d2, drawn = shrunken_distance(x * 1000)
    assert drawn == pytest.approx(fitted.shrinkage_)
    assert d2 == pytest.approx(fitted.mahalanobis(z))


def test_many_answers_have_nearly_the_plain_distance():
    random = np.random.default_rng(1)
    x = random.normal(size=(4000, 1)) + random.normal(size=(4000, 4))
    d2, drawn = shrunken_distance(x)
    assert drawn < 0.01
    assert np.corrcoef(d2, mahalanobis(x).d2)[0, 1] > 0.999


def test_repeated_and_constant_items_and_gaps_are_no_obstacle():
    x = np.array([[1, 1, 3], [2, 2, 3], [5, 5, 3], [2, 2, 3], [np.nan, 1, 3]], float)
    d2, drawn = shrunken_distance(x)
    assert np.isfinite(d2[:4]).all()
    assert np.isnan(d2[4])
    assert 0 <= drawn <= 1
    assert d2[2] == d2[:4].max()


def test_without_variance_or_rows_there_is_none():
    for x in (np.ones((5, 2)), np.array([[1.0, 2], [2, 1]]), np.empty((0, 2))):
        d2, drawn = shrunken_distance(x)
        assert drawn is None
        assert np.isnan(d2).all()
    single, drawn = shrunken_distance(np.array([[1.0], [2], [3]]))
    assert drawn == 1
    assert single[0] == pytest.approx(1.5)
