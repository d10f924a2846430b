"""The longest run against chance: exact under its model, and kept by others who are attentive."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.careless.chance import WEIGHTS, at_least, chance_of_runs
from surveyapp.stats.careless.runs import longstring


def people(
    n: int, items: int, seed: int, loading: float = 0.75, shift: float = 0.0, turned: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Attentive answers from 1 to 5 with one trait, and which items are keyed the other way."""
    rng = np.random.default_rng(seed)
    loads = loading + 0.2 * (rng.random(items) - 0.5)
    trait = rng.standard_normal((n, 1))
    latent = loads * trait + np.sqrt(1 - loads**2) * rng.standard_normal((n, items)) + shift
    answers = np.clip(np.rint(3 + latent), 1, 5)
    reverse = np.arange(items) < turned
    rng.shuffle(reverse)
    return np.where(reverse, 6 - answers, answers), reverse


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(1, 9))
def test_success_runs_are_those_of_all_outcomes(p: list[float], length: int) -> None:
    length = min(length, len(p))
    expected = 0.0
    for outcome in itertools.product((True, False), repeat=len(p)):
        if "1" * length in "".join("1" if hit else "0" for hit in outcome):
            expected += np.prod([q if hit else 1 - q for q, hit in zip(p, outcome, strict=True)])
    assert at_least(np.array(p), length) == pytest.approx(expected, abs=1e-12)


def test_a_published_number() -> None:
    """Of 100 tosses of a fair coin, 10 heads or more in a row: 4.4 % (Feller 1968, XIII.7)."""
    assert at_least(np.full(100, 0.5), 10) == pytest.approx(0.0441372, abs=1e-6)


def test_the_weights_of_the_trait_are_a_distribution() -> None:
    assert WEIGHTS.sum() == pytest.approx(1)


@pytest.mark.parametrize("items", [5, 6, 10, 24, 40])
@pytest.mark.parametrize(("loading", "shift", "share"), [(0.5, 0, 0), (0.75, 1, 0), (0.85, 1, 0.2)])
def test_few_attentive_people_are_below_the_limit(
    items: int, loading: float, shift: float, share: float
) -> None:
    """Half of the items, the usual rule, hit a third of those who answered six items."""
    X, reverse = people(2000, items, items, loading, shift, round(share * items))
    chance = chance_of_runs(X, reverse)
    assert (chance <= 0.01).mean() <= 0.0145  # 0.01 and two standard errors of 2,000
    assert (chance <= 0.05).mean() <= 0.06
    if items == 6 and loading == 0.75:
        assert (longstring(X) >= 3).mean() > 0.3


def test_five_alike_of_five_are_no_wonder_and_the_middle_of_24_is() -> None:
    few, _ = people(500, 5, 1)
    few[0], few[1] = 5, 3
    assert (chance_of_runs(few, [False] * 5)[:2] > 0.01).all()
    many, _ = people(500, 24, 1)
    many[0] = 3
    assert chance_of_runs(many, [False] * 24)[0] < 0.001


def test_delighted_customers_pass_until_a_reversed_item_is_among_theirs() -> None:
    X, _ = people(500, 24, 2, shift=1)
    X[0] = 5
    assert chance_of_runs(X, [False] * 24)[0] > 0.01
    turned, reverse = people(500, 24, 2, shift=1, turned=5)
    turned[0] = 5
    assert chance_of_runs(turned, reverse)[0] < 0.001


def test_longer_runs_of_an_answer_are_never_likelier() -> None:
    X, reverse = people(300, 12, 3, turned=2)
    chance = chance_of_runs(X, reverse)
    for answer in range(1, 6):
        alone = np.array([max((len(list(g)) for v, g in itertools.groupby(row) if v == answer),
                              default=0) for row in X])  # fmt: skip
        best = np.array([chance[alone >= n].max(initial=0) for n in range(13)])
        assert (np.diff(best) <= 1e-12).all()


def test_other_units_and_the_other_end_change_nothing() -> None:
    X, reverse = people(200, 9, 4, shift=0.5, turned=2)
    expected = chance_of_runs(X, reverse)
    np.testing.assert_allclose(chance_of_runs(10 * X - 7, reverse), expected, atol=1e-9)
    np.testing.assert_allclose(chance_of_runs(6 - X, reverse), expected, atol=1e-7)


def test_gaps_end_runs_and_who_answered_nothing_has_no_chance() -> None:
    X, reverse = people(200, 10, 5)
    X[0] = np.nan
    X[1, ::2] = np.nan
    chance = chance_of_runs(X, reverse)
    assert np.isnan(chance[0])
    assert np.isfinite(chance[1:]).all()


def test_runs_may_be_counted_on_other_answers() -> None:
    """As where the application moves up what follows a "do not know"."""
    X, reverse = people(200, 24, 6)
    moved = X.copy()
    moved[0] = 3
    assert chance_of_runs(X, reverse, moved)[0] < chance_of_runs(X, reverse)[0]


@pytest.mark.parametrize(
    "X",
    [
        np.empty((0, 3)),
        np.full((4, 3), np.nan),
        np.full((4, 3), 2.0),
        [[1.0, 2, 3]],
        [[1.0], [2], [3]],
        np.arange(600.0).reshape(200, 3),
    ],
)
def test_what_has_no_chance_has_none(X: np.ndarray) -> None:
    """Nobody, no answers, no variance, one person, one item, and 600 different numbers."""
    found = chance_of_runs(X, [False] * np.shape(X)[1])
    assert np.isnan(found).all()
    assert len(found) == len(X)


def test_items_that_disagree_are_taken_as_independent() -> None:
    rng = np.random.default_rng(7)
    first = rng.integers(1, 6, (300, 1)).astype(float)
    X = np.hstack([first, 6 - first, first, 6 - first])
    assert np.isfinite(chance_of_runs(X, [False] * 4)).all()
