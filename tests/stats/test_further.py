"""Further coefficients of a scale: the numbers of their cores, and a word where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from surveyapp.stats import coefficients
from surveyapp.stats.accumulate import gather
from surveyapp.stats.alpha_bootstrap import alpha_bootstrap
from surveyapp.stats.further import ORDINAL_ITEMS, further, scaled_bootstrap
from surveyapp.stats.polychoric import polychoric
from surveyapp.stats.reliability import reliability

IDS = list("abcdef")


def answers(n: int = 300, k: int = 6, seed: int = 1) -> np.ndarray:
    """Five-point answers with one factor behind them."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((n, 1)) + random.standard_normal((n, k))
    return np.clip(np.round(x + 3), 1, 5)


def codes(x: np.ndarray, ids: list[str] = IDS) -> list[str]:
    return [finding.code for finding in further(x, ids).findings]


def test_every_coefficient_is_that_of_its_function_over_complete_rows() -> None:
    x = answers()
    x[:40, 2] = np.nan
    found = further(x, IDS)
    whole = x[40:]
    R = np.corrcoef(whole.T)
    assert found.n == found.drawn == 260
    assert found.listwise == reliability(gather(whole), IDS, missing="listwise")
    assert found.bootstrap == alpha_bootstrap(whole)
    assert found.correlations == pytest.approx(R)
    assert found.lambda6 == pytest.approx(coefficients.lambda6(R))
    assert found.halves is not None
    assert found.omega is not None
    z = (whole - whole.mean(axis=0)) / whole.std(axis=0)
    r = np.corrcoef(z[:, ::2].sum(axis=1), z[:, 1::2].sum(axis=1))[0, 1]
    assert found.spearman_brown == pytest.approx(2 * r / (1 + r))
    expected = coefficients.split_halves(R)
    assert vars(found.halves) == pytest.approx(vars(expected))
    assert vars(found.omega) == pytest.approx(vars(coefficients.omega(R, 3)), abs=1e-6)
    assert found.ordinal == pytest.approx(coefficients.standardised_alpha(polychoric(whole)))


def test_of_many_rows_the_bootstrap_draws_some_and_scales_their_spread() -> None:
    x = answers(4000)
    some, drawn = scaled_bootstrap(x, 1000)
    every, n = scaled_bootstrap(x)
    assert (drawn, n) == (1000, 3000)
    whole = alpha_bootstrap(x)
    assert some is not None
    assert every is not None
    assert whole is not None
    width = whole.high - whole.low
    for found in (some, every):
        assert found.low == pytest.approx(whole.low, abs=0.2 * width)
        assert found.high == pytest.approx(whole.high, abs=0.2 * width)


def test_a_sample_whose_sum_never_varies_has_no_interval() -> None:
    x = np.column_stack([np.tile([1.0, 2.0], 5), np.tile([2.0, 1.0], 5)])
    assert scaled_bootstrap(x, 6) == (None, 6)


def test_items_without_answers_or_variance_are_left_out_by_name() -> None:
    x = answers()
    x[:, 1], x[:, 4] = np.nan, 3.0
    found = further(x, IDS)
    assert (found.n, found.items) == (300, ("a", "c", "d", "f"))
    assert {"items.no_answers", "items.constant_item"} <= {f.code for f in found.findings}
    assert found.lambda6 is not None


def test_what_makes_correlations_singular_is_named() -> None:
    x = answers()
    x[:, 5] = x[:, 0]
    found = further(x, IDS)
    assert found.correlations is None
    assert [(f.code, f.place) for f in found.findings] == [("dimensionality.singular", "item:f")]


def test_two_items_that_nearly_repeat_each_other_are_named() -> None:
    x = np.column_stack([answers(), answers()[:, 0]])
    x[::60, 6] = 6 - x[::60, 6]
    (near,) = (f for f in further(x, [*IDS, "g"]).findings if f.code == "items.near_duplicate")
    assert (near.params["item"], near.params["other"]) == ("a", "g")


def test_who_costs_the_scale_its_rows_is_named() -> None:
    x = answers()
    x[20:, 3] = np.nan
    (named,) = (f for f in further(x, IDS).findings if f.code == "items.seldom_answered")
    assert named.message.startswith('"d" is answered in 20 of 300 rows')
    x[3:, 3] = np.nan
    assert {"items.seldom_answered", "dimensionality.too_few_answers"} <= set(codes(x))


@pytest.mark.parametrize(("k", "wanted"), [(5, 2), (4, 1), (3, 1)])
def test_few_items_have_fewer_group_factors(k: int, wanted: int) -> None:
    omega = further(answers(k=k), IDS[:k]).omega
    assert omega is not None
    assert omega.factors == wanted


def test_a_heywood_case_of_omega_is_said() -> None:
    x = answers(60, 6, seed=0)
    omega = further(x, IDS).omega
    assert omega is not None
    assert omega.heywood
    assert "further.heywood" in codes(x)


def test_two_items_have_halves_and_no_omega() -> None:
    found = further(answers(k=2), IDS[:2])
    assert found.omega is None
    assert found.halves is not None
    assert found.ordinal is not None
    assert codes(answers(k=2), IDS[:2]) == ["further.few_items"]


def test_measured_numbers_are_no_categories() -> None:
    x = answers()
    x[:, 1] = np.random.default_rng(1).standard_normal(300)
    found = further(x, IDS)
    assert found.ordinal is None
    assert found.findings[-1].message.startswith('No ordinal alpha: "b" has more than 12')


def test_long_scales_are_left_to_the_command() -> None:
    ids = [f"i{n}" for n in range(ORDINAL_ITEMS + 1)]
    found = further(answers(100, len(ids)), ids)
    assert found.ordinal is None
    assert found.halves is not None
    assert (found.halves.best, found.halves.odd_even > 0) == (None, True)
    assert [f.code for f in found.findings][-2:] == ["further.many_items", "further.many_pairs"]
