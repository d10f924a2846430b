"""Fay and Herriot's estimates: the published milk example, and what must hold for any areas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.small_area import fay_herriot

# Arora and Lahiri (1997): fresh milk expenditure in 43 areas; R sae 1.3, data set `milk`.
Y = (
    "1.099 1.075 1.105 0.628 0.753 0.981 1.257 1.095 1.405 1.356 0.615 1.46 1.338 0.854 1.176 1.111"
    " 1.257 1.43 1.278 1.292 1.002 1.183 1.044 1.267 1.193 0.791 0.795 0.759 0.796 0.565 0.886"
    " 0.952 0.807 0.582 0.684 0.787 0.44 0.759 0.77 0.8 0.756 0.865 0.64"
)
SD = (
    "0.163 0.08 0.083 0.109 0.119 0.141 0.202 0.127 0.168 0.178 0.1 0.201 0.148 0.143 0.149 0.145"
    " 0.135 0.172 0.137 0.163 0.125 0.247 0.14 0.171 0.106 0.121 0.121 0.259 0.106 0.089 0.225"
    " 0.205 0.119 0.067 0.106 0.126 0.092 0.132 0.1 0.113 0.083 0.121 0.129"
)
# sae::mseFH(yi ~ as.factor(MajorArea), SD^2): coefficients, EBLUPs and mean squared errors.
BETA = [0.9681890, 0.1327801, 0.2269462, -0.2413011]
EBLUP = [1.0219703, 1.0476018, 1.0679513, 0.7608170, 0.8461574, 0.9743727, 1.0584523, 1.0977762]
LAST = [0.7701918, 0.7481164, 0.8040773, 0.6810870]
MSE = [0.013460220, 0.005372876, 0.005701990, 0.008541740, 0.009579594, 0.011670632, 0.015926137]
MSE_LAST = [0.008470277, 0.005484860, 0.009205133, 0.009903626]


def milk() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, sd = (np.array(text.split(), dtype=float) for text in (Y, SD))
    region = np.repeat([1, 2, 3, 4], [7, 7, 11, 18])
    X = np.column_stack([np.ones(43), *(region == r for r in (2, 3, 4))])
    return y, sd**2, X


def test_the_published_example_comes_out() -> None:
    found = fay_herriot(*milk())
    assert found.between == pytest.approx(0.01855022, abs=2e-6)
    assert found.beta == pytest.approx(BETA, abs=2e-6)
    assert found.estimates[:8] == pytest.approx(EBLUP, abs=2e-6)
    assert found.estimates[-4:] == pytest.approx(LAST, abs=2e-6)
    assert found.mse[:7] == pytest.approx(MSE, abs=2e-7)
    assert found.mse[-4:] == pytest.approx(MSE_LAST, abs=2e-7)


def test_equal_variances_have_a_closed_form() -> None:
    """Balanced: A is the variance of the means less the sampling variance (Morris 1983)."""
    y = np.array([60.0, 70, 75, 80, 90])
    found = fay_herriot(y, np.full(5, 16.0))
    assert found.between == pytest.approx(y.var(ddof=1) - 16)
    assert found.own == pytest.approx(np.full(5, 1 - 16 / y.var(ddof=1)))
    assert found.beta == pytest.approx([75.0])


def test_areas_that_differ_by_chance_alone_share_the_common_mean() -> None:
    found = fay_herriot([70.0, 71, 69, 70.5], [9.0, 16, 25, 9])
    assert found.between == 0
    assert found.own.tolist() == [0.0] * 4
    assert found.estimates == pytest.approx(np.full(4, found.beta[0]))


def test_a_wide_spread_needs_a_wide_search() -> None:
    found = fay_herriot([0.0, 0, 0, 1000, 1000], [1e-6, 1e-6, 1e-6, 1e-6, 1e9])
    assert found.between > 0
    assert found.estimates[:4] == pytest.approx([0, 0, 0, 1000], abs=1e-3)


@pytest.mark.parametrize(
    ("means", "variances", "said"),
    [
        ([1.0, 2], [1.0], "equally long"),
        ([1.0, 2, 3], [1.0, 1, 1], "too few"),
        ([1.0, 2, 3, 4], [1.0, 1, 0, 1], "positive"),
        ([1.0, 2, 3, 4], [1.0, 1, np.nan, 1], "positive"),
    ],
)
def test_what_cannot_be_estimated_is_refused(
    means: list[float], variances: list[float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        fay_herriot(means, variances)


@given(st.integers(4, 30), st.integers(0, 10_000))
def test_each_estimate_lies_between_its_own_mean_and_the_common_one(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    D = random.uniform(0.5, 20, k)
    y = random.normal(70, random.uniform(0, 8), k) + random.normal(0, np.sqrt(D))
    found = fay_herriot(y, D)
    low, high = np.minimum(y, found.beta[0]), np.maximum(y, found.beta[0])
    assert ((found.estimates >= low - 1e-9) & (found.estimates <= high + 1e-9)).all()
    order = np.argsort(D)
    assert (np.diff(found.own[order]) <= 1e-12).all(), "the more chance, the less one's own mean"
    assert (found.mse > 0).all()


def test_shrinking_lowers_the_error_against_the_truth() -> None:
    random = np.random.default_rng(11)
    raw = shrunk = 0.0
    for _ in range(60):
        D = random.uniform(4, 60, 32)
        truth = random.normal(75, 4, 32)
        y = truth + random.normal(0, np.sqrt(D))
        raw += ((y - truth) ** 2).mean()
        shrunk += ((fay_herriot(y, D).estimates - truth) ** 2).mean()
    assert shrunk < 0.6 * raw
