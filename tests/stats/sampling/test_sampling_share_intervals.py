"""Intervals of shares stay between 0 and 1 and equal their formulas."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.proportions import wilson_ends
from surveyapp.stats.sampling.contrasts import share
from surveyapp.stats.sampling.design import design_of
from surveyapp.stats.sampling.share_intervals import share_interval

KINDS = ("logit", "wilson")


def test_wilson_of_a_stratified_sample_equals_the_formula_in_r() -> None:
    """Schools of data set apistrat (R survey 4.1.1) with api00 > 700: share, se, n, df; the ends by
    R from its svymean, vcov and degf."""
    found = share_interval(0.404339681611, 0.037475390050, 200, 197, kind="wilson")
    assert found == pytest.approx((0.333759766648, 0.479111751434), rel=1e-9)


def test_a_simple_sample_has_the_plain_interval() -> None:
    design = design_of(40)
    found = share([1.0] * 13 + [0.0] * 27, design, interval="wilson")
    effective = (13 / 40) * (27 / 40) / found.se**2
    assert effective == pytest.approx(39)
    assert (found.low, found.high) == pytest.approx(wilson_ends(13 / 40, 39))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nobody_and_everybody_have_wilsons_only(value: float) -> None:
    design = design_of(40)
    assert share([value] * 40, design).low is None
    found = share([value] * 40, design, interval="wilson")
    assert (found.low, found.high) == pytest.approx(wilson_ends(value, 40))


def test_a_certain_share_is_its_own_interval() -> None:
    for kind in KINDS:
        assert share_interval(0.3, 0.0, 10, 9, kind=kind) == (0.3, 0.3)  # type: ignore[arg-type]


def test_one_row_has_no_quantile_to_compare_with() -> None:
    assert share_interval(0.5, 0.1, 1, 1, kind="wilson") == pytest.approx(wilson_ends(0.5, 25))


@given(
    st.floats(1e-6, 1 - 1e-6),
    st.floats(1e-4, 0.5),
    st.integers(2, 5000),
    st.integers(1, 500),
    st.sampled_from(KINDS),
)
def test_both_hold_the_share_and_stay_between_0_and_1(p, se, n, df, kind) -> None:
    ends = share_interval(p, se, n, df, kind=kind)
    assert ends is not None
    low, high = ends
    assert 0 <= low <= p * (1 + 1e-9)
    assert p * (1 - 1e-9) <= high <= 1
    turned = share_interval(1 - p, se, n, df, kind=kind)
    assert turned == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert math.isfinite(low + high)
