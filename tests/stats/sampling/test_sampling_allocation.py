from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.findings import SurveyError
from surveyapp.stats.sampling import allocation
from surveyapp.stats.sampling.allocation import (
    METHODS,
    Stratum,
    allocate,
    bounded_shares,
    variance_of_mean,
)

CITIES = [Stratum(("Shanghai",), 600, 40.0), Stratum(("Suzhou",), 300, 90.0)]


def codes(table_or_error: object) -> list[str]:
    return [f.code for f in table_or_error.findings]  # type: ignore[attr-defined]


def refused(strata: list[Stratum], n: int, method: str = "proportional", minimum: int = 0) -> str:
    with pytest.raises(SurveyError) as caught:
        allocate(strata, n, method, minimum)
    return caught.value.findings[0].code


def test_proportional_follows_sizes_and_neyman_follows_spread() -> None:
    assert allocate(CITIES, 90).sizes == (60, 30)
    assert allocate(CITIES, 90, "equal").sizes == (45, 45)
    assert allocate(CITIES, 90, "neyman").sizes == (42, 48)


def test_ties_go_to_the_first_strata() -> None:
    alike = [Stratum((c,), 100, 1.0) for c in "abc"]
    for method in METHODS:
        assert allocate(alike, 200, method).sizes == (67, 67, 66)


def test_minimum_and_cap_hold_together() -> None:
    strata = [Stratum(("big",), 1000), Stratum(("small",), 30), Stratum(("tiny",), 3)]
    assert allocate(strata, 50, minimum=5).sizes == (42, 5, 3)
    assert allocate(strata, 100, "equal").sizes == (67, 30, 3)
    assert "sample.minimum_capped" in codes(allocate(strata, 50, minimum=5))


def test_whole_frame_can_be_drawn() -> None:
    for method in METHODS:
        assert allocate(CITIES, 900, method).sizes == (600, 300)


def test_minimums_may_take_everything() -> None:
    strata = [Stratum(("a",), 2, 1.0), Stratum(("b",), 1, None)]
    for method in METHODS:
        assert allocate(strata, 3, method, minimum=2).sizes == (2, 1)


def test_neyman_gives_a_constant_stratum_its_minimum_and_says_so() -> None:
    strata = [Stratum(("a",), 100, 5.0), Stratum(("b",), 100, 0.0), Stratum(("c",), 100, None)]
    table = allocate(strata, 50, "neyman", minimum=2)
    assert table.sizes == (46, 2, 2)
    assert codes(table) == ["sample.zero_sd", "sample.unknown_sd"]


def test_neyman_fills_constant_strata_only_when_the_others_are_exhausted() -> None:
    strata = [Stratum(("a",), 10, 5.0), Stratum(("b",), 100, 0.0), Stratum(("c",), 300, 0.0)]
    assert allocate(strata, 50, "neyman").sizes == (10, 10, 30)


def test_neyman_with_fewer_units_than_strata_reaches_the_heaviest() -> None:
    strata = [Stratum(("a",), 10, 1.0), Stratum(("b",), 10, 9.0), Stratum(("c",), 10, 5.0)]
    table = allocate(strata, 2, "neyman")
    assert table.sizes == (0, 1, 1)
    assert codes(table) == ["sample.stratum_unreached"]


def test_strata_of_size_0_and_1_are_named() -> None:
    strata = [Stratum(("none",), 0), Stratum(("one",), 1), Stratum(("many",), 50)]
    table = allocate(strata, 10, minimum=2)
    assert table.sizes == (0, 1, 9)
    assert codes(table) == ["sample.empty_stratum", "sample.single_unit"]
    assert table.findings[1].place == "stratum:one"
    assert "one" in table.findings[1].message


@pytest.mark.parametrize("method", METHODS)
def test_impossible_requests_are_refused(method: str) -> None:
    assert refused(CITIES, 901, method) == "sample.n_exceeds_frame"
    assert refused(CITIES, 0, method) == "sample.n_too_small"
    assert refused(CITIES, 5, method, 3) == "sample.minimums_exceed_n"
    assert refused([Stratum(("x",), 0, 1.0)], 1, method) == "sample.empty_frame"
    assert refused([], 1, method) == "sample.empty_frame"


def test_neyman_needs_a_standard_deviation() -> None:
    assert refused([Stratum(("a",), 5), Stratum(("b",), 9)], 5, "neyman") == "sample.no_sd"


def test_an_unknown_method_is_a_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="optimal"):
        allocate(CITIES, 5, "optimal")


def test_variance_is_unknown_without_sd_or_units_and_nothing_for_a_census() -> None:
    a, b = Stratum(("a",), 10, 2.0), Stratum(("b",), 10, None)
    assert variance_of_mean([a], [5]) == pytest.approx(4 * (1 / 5 - 1 / 10))
    assert variance_of_mean([a], [0]) is None
    assert variance_of_mean([a, b], [5, 5]) is None
    assert variance_of_mean([a, b], [10, 10]) == 0
    assert variance_of_mean([a, Stratum(("c",), 0), Stratum(("d",), 9, 0.0)], [10, 0, 0]) == 0


strata_lists = st.lists(
    st.builds(
        Stratum,
        key=st.just(("s",)),
        size=st.integers(0, 60),
        sd=st.one_of(st.just(0.0), st.floats(0.01, 1e6)),
    ),
    min_size=1,
    max_size=8,
)


@given(strata_lists, st.data())
@settings(max_examples=150, deadline=None)
def test_any_possible_request_is_met_exactly(strata: list[Stratum], data: st.DataObject) -> None:
    frame = sum(s.size for s in strata)
    minimum = data.draw(st.integers(0, 5))
    least = max(1, sum(min(minimum, s.size) for s in strata))
    if frame < least:
        return
    n = data.draw(st.integers(least, frame))
    for method in METHODS:
        table = allocate(strata, n, method, minimum)
        assert table.n == n
        for stratum, drawn in zip(strata, table.sizes, strict=True):
            assert min(minimum, stratum.size) <= drawn <= stratum.size
        assert table == allocate(strata, n, method, minimum)
        if method == "proportional" and minimum == 0:
            for stratum, drawn in zip(strata, table.sizes, strict=True):
                assert abs(drawn - n * stratum.size / frame) < 1


@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(1, 50)), min_size=2, max_size=3),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_neyman_is_the_best_of_all_integer_allocations(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    strata = [Stratum((str(i),), size, float(sd)) for i, (size, sd) in enumerate(parts)]
    n = data.draw(st.integers(len(strata), sum(s.size for s in strata)))
    mine = variance_of_mean(strata, allocate(strata, n, "neyman", 1).sizes)
    every = product(*(range(1, s.size + 1) for s in strata))
    variances = [variance_of_mean(strata, sizes) for sizes in every if sum(sizes) == n]
    best = min(v for v in variances if v is not None)
    assert mine == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_no_strata_share_nothing() -> None:
    assert bounded_shares([], [], [], 0) == []


def test_costs_move_units_to_where_they_are_cheap() -> None:
    dear = [Stratum(("a",), 500, 10.0, 4.0), Stratum(("b",), 500, 10.0, 1.0)]
    assert allocate(dear, 90, "cost").sizes == (30, 60)
    assert allocate(dear, 90, "neyman").sizes == (30, 60)
    even = [Stratum(("a",), 600, 40.0, 3.0), Stratum(("b",), 300, 90.0, 3.0)]
    assert allocate(even, 90, "cost").sizes == allocate(CITIES, 90, "neyman").sizes


def test_power_lies_between_equal_precision_and_neyman() -> None:
    strata = [Stratum(("a",), 900, 5.0), Stratum(("b",), 100, 5.0)]
    assert allocate(strata, 100, "power", power=0).sizes == (50, 50)
    assert allocate(strata, 100, "power", power=0.5).sizes == (75, 25)
    assert allocate(strata, 100, "power", power=1).sizes == allocate(strata, 100, "neyman").sizes


def test_what_a_stratum_needs_for_itself_holds_under_every_method() -> None:
    strata = [Stratum(("a",), 900, 5.0), Stratum(("b",), 40, 5.0, least=40)]
    for method in METHODS:
        assert allocate(strata, 100, method, minimum=2).sizes == (60, 40)
    assert refused(strata, 30) == "sample.precision_exceeds_n"
    assert refused(strata, 30, minimum=50) == "sample.minimums_exceed_n"


def test_a_quintillion_is_allocated_without_counting_to_it() -> None:
    """A billion took a minute, one unit after the other."""
    vast = [Stratum(("a",), 10**18, 1.0), Stratum(("b",), 10**18, 2.0)]
    sizes = allocate(vast, 3 * 10**17, "neyman").sizes
    assert sum(sizes) == 3 * 10**17
    assert sizes[0] / sizes[1] == pytest.approx(0.5, abs=1e-9)


strata_and_n = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 300), st.sampled_from([0.0, 1e-4, 1.0, 1.0, 7.3])),
    min_size=1,
    max_size=6,
)


@given(strata_and_n, st.floats(0, 1))
def test_the_head_start_changes_no_size(strata: list[tuple[int, int, float]], part: float) -> None:
    low, caps = [one[0] for one in strata], [sum(one[:2]) for one in strata]
    weights = [one[2] for one in strata]
    n = sum(low) + round(part * (sum(caps) - sum(low)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "_head_start", lambda weights, low, caps, n: list(low))
        plain = allocation.optimal_integers(weights, low, caps, n)
    assert allocation.optimal_integers(weights, low, caps, n) == plain
