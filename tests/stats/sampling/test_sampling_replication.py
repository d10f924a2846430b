"""Variance by replicate weights, as R's survey computes it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.sampling.calibration import calibrated
from surveyapp.stats.sampling.design import design_of, estimate
from surveyapp.stats.sampling.replication import bootstrap, estimate_by, jackknife, variance_of
from tests.stats.sampling.test_sampling_contrasts import ROWS, column

Y = np.array([1, 2, 4, 3, 5, 7, 6, 8, 9, 4, 2, 3], dtype=np.float64)
STRATA, CLUSTERS = list("aaaaaabbbbbb"), [i // 2 for i in range(12)]
W = np.repeat([2.0, 3.0], 6)
DESIGN = design_of(12, strata=STRATA, clusters=CLUSTERS, weights=W)
DRAWN = np.array(
    [[1.5, 1.5, 0, 0], [1.5, 0, 1.5, 1.5], [0, 1.5, 1.5, 1.5],
     [1.5, 3, 1.5, 0], [0, 0, 1.5, 1.5], [1.5, 0, 0, 1.5]]
)  # fmt: skip
"""Factors of as.svrepdesign(type = "subbootstrap", replicates = 4) after set.seed(1)."""


def mean(y):
    return lambda w: float(w @ y / w.sum())


def test_the_jackknife_equals_survey_4_1_1():
    """as.svrepdesign(type = "JKn" and "JK1"), mse = TRUE."""
    assert estimate_by("jackknife", Y, DESIGN).se == pytest.approx(1.00055540132024, rel=1e-12)
    total = estimate_by("jackknife", Y, DESIGN, total=True)
    assert total.se == pytest.approx(30.0166620396073, rel=1e-12)
    one = design_of(12, weights=W)
    assert estimate_by("jackknife", Y, one).se == pytest.approx(0.782621780039432, rel=1e-12)
    ratio = variance_of(lambda w: float((w @ Y) / (w @ W)), DESIGN, jackknife(DESIGN))
    assert math.sqrt(ratio) == pytest.approx(0.384829000507785, rel=1e-12)


def test_the_jackknife_of_a_finite_population_equals_survey_4_1_1():
    strata, clusters = ([row[name] for row in ROWS] for name in ("st", "cl"))
    design = {"strata": strata, "clusters": clusters, "weights": column("w")}
    plain, finite = design_of(13, **design), design_of(13, **design, population={"n": 40, "s": 25})
    for known, se in ((plain, 0.576945608458721), (finite, 0.535626375695701)):
        found = variance_of(mean(column("y")), known, jackknife(known))
        assert math.sqrt(found) == pytest.approx(se, rel=1e-9)


def test_the_spread_of_bootstrap_replicates_equals_survey_4_1_1():
    made = ((W * DRAWN[CLUSTERS, r], 1 / 3) for r in range(4))
    assert math.sqrt(variance_of(mean(Y), DESIGN, made)) == pytest.approx(1.06240467982013)


def test_the_bootstrap_draws_as_rao_wu_and_yue_and_comes_near_linearisation():
    replicates = list(bootstrap(DESIGN, 400, seed=3))
    factors = {round(float(f), 9) for w, _ in replicates for f in w / W}
    assert factors == {0.0, 1.5, 3.0}
    assert all(scale == 1 / 399 for _, scale in replicates)
    assert all(w[:6].sum() == pytest.approx(12) for w, _ in replicates)
    found, linear = (
        estimate_by("bootstrap", Y, DESIGN, replicates=4000, seed=3),
        estimate(Y, DESIGN),
    )
    assert found.se == pytest.approx(linear.se, rel=0.05)
    assert found == estimate_by("bootstrap", Y, DESIGN, replicates=4000, seed=3)
    assert found.deff / linear.deff == pytest.approx((found.se / linear.se) ** 2)


def test_a_census_varies_in_no_replicate():
    whole = design_of(4, population={(): 4})
    assert estimate_by("jackknife", [1, 2, 3, 9], whole).se == 0
    assert estimate_by("bootstrap", [1, 2, 3, 9], whole, replicates=9).se == 0


def test_strata_of_one_unit_add_nothing_and_are_named():
    alone = design_of(3, strata=["a", "a", "b"])
    for method in ("jackknife", "bootstrap"):
        found = estimate_by(method, [1.0, 3.0, 9.0], alone, total=True)
        assert found.se > 0
        assert [f.place for f in found.findings] == ["stratum:b"]
        assert found.findings[0].message


def test_without_an_answer_in_a_replicate_there_is_no_error():
    found = estimate_by("jackknife", [1, 2, np.nan, np.nan], design_of(4, clusters=list("aabc")))
    assert (found.value, found.se, found.low) == (1.5, None, None)
    assert found.findings[-1].code == "estimate.empty_replicate"
    assert found.findings[-1].message
    assert estimate_by("jackknife", [np.nan], design_of(1)).value is None


def test_replicates_of_calibrated_weights_are_raked_again():
    """The margin's total is certain, and leaves nobody of a category nothing to be raked to."""
    base, w = [1.0, 1, 1, 1, 1], [3.0, 3, 1, 1, 1]
    groups = [["a", "a", "b", "b", None], ["x", "y", "x", "y", "y"]]
    design = design_of(5, weights=w, calibration=calibrated(base, w, groups[:1]))
    inside = [1.0, 1, 0, 0, 0]
    assert estimate_by("jackknife", inside, design, total=True).se < 1e-9
    single = design_of(5, weights=w, calibration=calibrated(base, w, groups), clusters="aabcd")
    found = estimate_by("jackknife", [1.0, 2, 3, 4, 5], single)
    assert (found.se, found.findings[-1].code) == (None, "estimate.empty_replicate")


def test_one_replicate_is_none():
    with pytest.raises(ValueError, match="two replicates"):
        list(bootstrap(DESIGN, 1, seed=1))


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30), st.sampled_from([0.0, 1e7]))
@settings(max_examples=40)
def test_of_equal_weights_the_jackknife_of_a_mean_is_linearisation(values, offset):
    design, y = design_of(len(values)), np.array(values) + offset
    expected = estimate(y, design).se
    assert estimate_by("jackknife", y, design).se == pytest.approx(expected, rel=1e-6, abs=1e-6)
