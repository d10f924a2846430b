"""Variance under calibrated weights: what the margins fix does not vary."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.sampling.calibration import calibrated
from surveyapp.stats.sampling.contrasts import association, ratio
from surveyapp.stats.sampling.design import design_of, estimate, variance
from surveyapp.stats.sampling.domains import domain_means
from surveyapp.stats.sampling.estimation import estimate_mean
from surveyapp.stats.sampling.raking import rake


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="equally long"):
        calibrated([1, 1], [1], [])
    with pytest.raises(ValueError, match="equally long"):
        calibrated([1, 1], [1, 1], [["a"]])
    with pytest.raises(ValueError, match="not negative"):
        calibrated([1, -1], [1, 1], [])
    with pytest.raises(ValueError, match="without a base weight"):
        calibrated([1, 0], [1, 1], [])
    with pytest.raises(ValueError, match="calibration and rows"):
        design_of(3, calibration=calibrated([1, 1], [1, 1], []))


def test_categories_are_numbered_by_their_first_row_and_none_is_in_no_category():
    found = calibrated([2, 2, 0, 4], [3, 2, 0, 0], [["b", None, "a", "b"], [None] * 4])
    assert [group.tolist() for group in found.groups] == [[0, -1, 1, 0], [-1] * 4]
    assert found.factors.tolist() == [1.5, 1, 0, 0]
    assert found.weights.tolist() == [3, 2, 0, 0]
    assert found.categories.toarray().tolist() == [[1, 0], [0, 0], [0, 1], [1, 0]]


def test_no_margin_leaves_everything_as_it_is():
    y, w = np.array([1.0, 5, 2]), [1.0, 2, 3]
    plain = estimate(y, design_of(3, weights=w), total=True)
    assert estimate(y, design_of(3, weights=w, calibration=calibrated(w, w, [])), total=True) == (
        plain
    )


samples = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("xy"), st.floats(-50, 50), st.sampled_from("pqr")
    ),
    min_size=8,
    max_size=60,
)


def raked(rows, seed):
    """A stratified sample whose two margins are raked to totals that some weights have."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(1, 4, len(rows)) * (rng.random(len(rows)) > 0.1)
    base[0] = 1
    hidden = base * rng.uniform(0.5, 2, len(rows))
    live = base > 0
    groups = {"g": [row[0] for row in rows], "h": [row[1] for row in rows]}
    margins = {
        name: {
            one: float(hidden[live & (np.array(of) == one)].sum())
            for one in dict.fromkeys(np.array(of)[live].tolist())
        }
        for name, of in groups.items()
    }
    inside = {
        name: [one if on else next(iter(margins[name])) for one, on in zip(of, live, strict=True)]
        for name, of in groups.items()
    }
    found = rake(inside, margins, base)
    calibration = calibrated(base, found.weights, list(groups.values()))
    strata = [row[3] for row in rows]
    design = design_of(len(rows), strata=strata, weights=found.weights, calibration=calibration)
    return groups, np.array([row[2] for row in rows]), design


@settings(max_examples=60, deadline=None)
@given(samples, st.integers(0, 2**32 - 1))
def test_a_total_that_was_calibrated_to_is_certain(rows, seed):
    groups, _, design = raked(rows, seed)
    total = float(design.weights.sum())
    for one in ("a", "c"):
        found = estimate((np.array(groups["g"]) == one).astype(float), design, total=True)
        assert found.se is None or found.se <= 1e-9 * total
    everybody = estimate(np.ones(len(rows)), design, total=True)
    assert everybody.se is None or everybody.se <= 1e-9 * total


@settings(max_examples=60, deadline=None)
@given(samples, st.integers(0, 2**32 - 1))
def test_residuals_of_residuals_are_the_same(rows, seed):
    _, y, design = raked(rows, seed)
    once = design.calibration.residuals(design.weights * y)
    twice = design.calibration.residuals(once)
    assert np.abs(once - twice).max() <= 1e-9 * max(1, np.abs(design.weights * y).max())


@settings(max_examples=60, deadline=None)
@given(samples, st.integers(0, 2**32 - 1), st.floats(0.1, 1000))
def test_one_margin_of_everybody_gives_the_ratio_estimators_error(rows, seed, factor):
    rng = np.random.default_rng(seed)
    y, base = np.array([row[2] for row in rows]), rng.uniform(1, 4, len(rows))
    strata = [row[3] for row in rows]
    calibration = calibrated(base, factor * base, [["all"] * len(rows)])
    whole = design_of(len(rows), strata=strata, weights=factor * base, calibration=calibration)
    found = estimate(y, whole, total=True)
    hajek = ratio(y, np.ones(len(rows)), design_of(len(rows), strata=strata, weights=base))
    if found.se is not None and hajek.se is not None:
        size = factor * float(base.sum())
        assert found.se == pytest.approx(size * hajek.se, rel=1e-9, abs=1e-9 * size)


def test_a_mean_takes_the_calibration_too():
    base, g = [1.0, 1, 1, 1], ["a", "a", "b", "b"]
    calibration = calibrated(base, [3, 3, 1, 1], [g])
    found = estimate_mean([1, 2, 5, 9], [""] * 4, weights=[3, 3, 1, 1], calibration=calibration)
    # 4 / 3 of the squared residuals ±0.5 and ±2 times the weights, over the total of 8
    assert found.se == pytest.approx((4 / 3 * (2 * 1.5**2 + 2 * 2**2)) ** 0.5 / 8)


@settings(max_examples=40, deadline=None)
@given(samples, st.integers(0, 2**32 - 1))
def test_covariances_of_domains_are_those_of_their_residuals(rows, seed):
    """The diagonal is the variance, and of both together twice the covariance more."""
    _, y, design = raked(rows, seed)
    found = domain_means(y, [row[1] for row in rows], design)
    influences = []
    for name, mean in zip(found.names, found.means, strict=True):
        w = np.where([row[1] == name for row in rows], design.weights, 0.0)
        influences.append(w * (y - mean) / w.sum())
    own = [variance(one, design)[0] for one in influences]
    scale = 1e-9 * max(1.0, float(np.abs(y).max()) ** 2)
    assert found.covariance.diagonal() == pytest.approx(own, rel=1e-9, abs=scale)
    if len(own) == 2:
        both = variance(influences[0] + influences[1], design)[0]
        assert 2 * found.covariance[0, 1] == pytest.approx(both - sum(own), rel=1e-9, abs=scale)


def test_a_table_that_was_calibrated_to_has_no_association_to_test():
    base, rows, columns = [1.0] * 8, list("aaaabbbb"), list("xxyyxxyy")
    w = np.array([2.0, 2, 1, 1, 1, 1, 3, 3])
    cells = [one + other for one, other in zip(rows, columns, strict=True)]
    assert association(rows, columns, design_of(8, weights=w)).f is not None
    design = design_of(8, weights=w, calibration=calibrated(base, w, [cells]))
    assert association(rows, columns, design).f is None
