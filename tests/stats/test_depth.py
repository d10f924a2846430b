"""A scale in depth: one factor, its reliability and validity, eigenvalues beside chance."""

from __future__ import annotations

import numpy as np
import pytest

from surveyapp.stats.coefficients import omega_one_factor
from surveyapp.stats.depth import depth

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])


def answers(n: int = 4000, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    factor = random.standard_normal(n)
    noise = random.standard_normal((n, 4)) * np.sqrt(1 - LOADINGS**2)
    return factor[:, None] * LOADINGS + noise


def test_one_factor_is_found_with_its_loadings() -> None:
    x = answers()
    found = depth(x, list("abcd"))
    assert found.loadings == pytest.approx(LOADINGS, abs=0.05)
    assert found.parallel is not None
    assert found.parallel.factors >= 1
    assert found.parallel.components == 1
    assert found.extracted == pytest.approx((LOADINGS**2).mean(), abs=0.04)
    assert found.composite == pytest.approx(2.6**2 / (2.6**2 + (1 - LOADINGS**2).sum()), abs=0.02)
    assert found.omega == pytest.approx(omega_one_factor(np.cov(x.T)))
    assert found.lambda6 is not None
    assert not found.heywood


def test_only_complete_rows_count() -> None:
    x = answers(200)
    x[:50, 0] = np.nan
    assert depth(x, list("abcd")).n == 150


def test_two_items_have_no_factor_of_their_own() -> None:
    found = depth(answers()[:, :2], ["a", "b"])
    assert (found.loadings, found.omega, found.findings) == (None, None, ())


def test_what_spoils_the_correlations_is_named() -> None:
    x = answers(100)
    x[:, 3] = x[:, 0]
    assert [f.code for f in depth(x, list("abcd")).findings] == ["dimensionality.singular"]
    x[:, 3] = 2.0
    assert "items.constant_item" in {f.code for f in depth(x, list("abcd")).findings}
    assert depth(x, list("abcd")).omega is None
