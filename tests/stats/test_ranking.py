"""Rankings: what differs is told apart, what does not is not, and places have intervals."""

from __future__ import annotations

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.ranking import _adjusted, differences, ranking
from surveyapp.stats.sampling.contrasts import difference
from surveyapp.stats.sampling.design import design_of, estimate
from surveyapp.stats.sampling.domains import domain_means


def sample(seed: int = 3, n: int = 240) -> tuple[np.ndarray, list[str], object]:
    random = np.random.default_rng(seed)
    strata = random.choice(["vip", "rest"], n).tolist()
    cities = random.choice(["a", "b", "c", "d"], n).tolist()
    y = random.normal(70, 10, n) + np.where(np.array(cities) == "a", 15, 0)
    y[::17] = np.nan
    design = design_of(n, strata=strata, population={"vip": 400, "rest": 3000})
    return y, cities, design


def test_domain_means_equal_the_estimates_of_each_domain() -> None:
    y, cities, design = sample()
    found = domain_means(y, cities, design)
    for i, name in enumerate(found.names):
        own = estimate(y, design, domain=np.array(cities) == name)
        assert found.n[i] == own.n
        assert found.means[i] == pytest.approx(own.value, rel=1e-12)
        assert np.sqrt(found.covariance[i, i]) == pytest.approx(own.se, rel=1e-12)


def test_the_covariance_gives_the_standard_error_of_a_difference() -> None:
    y, cities, design = sample()
    found = domain_means(y, cities, design)
    at = np.array(cities)
    a, b = found.names[:2]
    direct = difference(y, at == a, at == b, design)
    V = found.covariance
    assert np.sqrt(V[0, 0] + V[1, 1] - 2 * V[0, 1]) == pytest.approx(direct.se, rel=1e-10)
    assert abs(V[0, 1]) > 0, "domains across strata are not independent"


def test_clusters_and_lonely_strata_go_into_the_covariance_as_into_the_variance() -> None:
    y = np.array([1.0, 2.0, 4.0, 3.0, 9.0])
    design = design_of(5, strata=["x", "x", "x", "x", "y"], clusters=["1", "1", "2", "3", "4"])
    found = domain_means(y, ["a", "b", "a", "b", "a"], design)
    own = estimate(y, design, domain=np.array([1, 0, 1, 0, 1], bool))
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(own.se, rel=1e-12)


def test_rows_without_domain_or_answer_are_in_none() -> None:
    design = design_of(4)
    found = domain_means([1.0, np.nan, 3.0, 5.0], ["a", "b", None, "a"], design)
    assert found.names == ("a",)
    assert found.means.tolist() == [3.0]
    with pytest.raises(ValueError, match="equally long"):
        domain_means([1.0], ["a", "b"], design)


def test_a_clear_winner_has_the_first_place_for_sure() -> None:
    y, cities, design = sample()
    d = domain_means(y, cities, design)
    found = ranking(d.names, d.n, d.means, d.covariance, d.df, bounds=(0, 100))
    best, *others = found.places
    assert (best.name, best.first, best.last) == ("a", 1, 1)
    assert best.next_p is not None
    assert best.next_p < 0.001
    assert {(place.first, place.last) for place in others} == {(2, 4)}
    assert found.bands == ((1, 1), (2, 4))
    assert (found.told_apart, found.pairs) == (3, 6)
    assert found.places[-1].next_p is None


def test_a_hopeless_tie_is_one_band() -> None:
    found = ranking("abc", [30, 30, 30], [5.0, 5.01, 5.02], np.eye(3), 80)
    assert [place.name for place in found.places] == ["c", "b", "a"]
    assert found.bands == ((1, 3),)
    assert found.told_apart == 0


def test_bands_overlap_where_being_alike_is_not_passed_on() -> None:
    found = ranking("abc", [400] * 3, [3.0, 1.5, 0.0], np.eye(3) * 0.5, 900)
    assert found.bands == ((1, 2), (2, 3))
    assert [(p.first, p.last) for p in found.places] == [(1, 2), (1, 3), (2, 3)]


def test_few_answers_borrow_no_certainty_from_the_study() -> None:
    V = np.diag([1.0, 1.0])
    few = ranking("ab", [3, 3], [2.4, -0.6], V, 5000).places[0]
    many = ranking("ab", [300, 300], [2.4, -0.6], V, 5000).places[0]
    assert many.next_p == pytest.approx(0.0343, abs=5e-4)
    assert few.next_p is not None
    assert few.next_p > 0.09
    assert few.high - few.low > many.high - many.low


def test_means_of_everybody_are_known_exactly() -> None:
    found = ranking("abc", [5, 5, 5], [1.0, 2.0, 2.0], np.zeros((3, 3)), 8)
    assert [(p.first, p.last) for p in found.places] == [(1, 2), (1, 2), (3, 3)]
    census = domain_means(
        [1.0, 3.0, 5.0, 5.0], list("aabb"), design_of(4, strata=list("xxxx"), population={"x": 4})
    )
    assert census.covariance.tolist() == [[0, 0], [0, 0]]
    assert census.varies.tolist() == [True, False]


def test_one_entry_is_alone_and_lengths_must_fit() -> None:
    assert ranking("a", [5], [1.0], [[1.0]], 4).bands == ((1, 1),)
    with pytest.raises(ValueError, match="equally long"):
        ranking("ab", [1], [1.0], [[1.0]], 3)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_the_adjustment_is_holms(p: list[float]) -> None:
    k = int((1 + np.sqrt(1 + 8 * len(p))) / 2)
    p = p[: k * (k - 1) // 2] or p[:1]
    k = max(k, 2)
    upper = np.triu_indices(k, 1)
    square = np.ones((k, k))
    square[upper] = p
    expected = pingouin.multicomp(p, method="holm")[1]
    assert _adjusted(np.minimum(square, square.T))[upper] == pytest.approx(expected)


@given(st.integers(2, 8), st.integers(0, 10_000))
def test_places_bound_the_rank_and_bands_cover_everything(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    A = random.normal(size=(k, k))
    found = ranking(
        list(range(k)), random.integers(2, 90, k), random.normal(0, 3, k), A @ A.T / k, 300
    )
    for number, place in enumerate(found.places, 1):
        assert 1 <= place.first <= number <= place.last <= k
        assert place.low <= place.mean <= place.high
    covered = {at for first, last in found.bands for at in range(first, last + 1)}
    assert covered == set(range(1, k + 1))
    ends = [last for _, last in found.bands]
    assert ends == sorted(set(ends))


def test_every_pair_has_its_difference_as_the_design_gives_it() -> None:
    y, cities, design = sample()
    d = domain_means(y, cities, design)
    pairs = differences(d.names, d.n, d.means, d.covariance, d.df)
    assert len(pairs) == 6
    at = np.array(cities)
    for pair in pairs:
        direct = difference(y, at == pair.a, at == pair.b, design)
        assert pair.difference == pytest.approx(direct.value)
        assert pair.low == pytest.approx(direct.low, abs=0.12), "fewer degrees of freedom"
        assert pair.low <= direct.low + 1e-9
        assert pair.p <= pair.p_adjusted
        assert pair.differ == ("a" in (pair.a, pair.b))
