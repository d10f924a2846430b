from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.size import (
    margin_of,
    needed,
    overall_margin,
    sample_size,
    to_invite,
)


@given(st.floats(0.01, 0.4), st.integers(1, 10**6))
def test_the_margin_of_the_needed_answers_is_the_one_that_was_asked_for(
    margin: float, population: int
) -> None:
    needed = sample_size(margin, population=population).n
    found = margin_of(min(needed, population), population=population)
    assert found is not None
    assert found <= margin + 1e-9
    fewer = margin_of(needed - 1, population=population)
    assert fewer is None or fewer > margin - 1e-9


def test_margins_of_known_sizes() -> None:
    # 385 answers of many: ± 5 points; 1068: ± 3 (Cochran 1977, 4.4, z = 1.96).
    assert margin_of(384.14588206941227) == pytest.approx(0.05, abs=1e-12)
    assert margin_of(1067.0718946372565) == pytest.approx(0.03, abs=1e-12)
    assert margin_of(0.9) is None
    assert margin_of(50, population=50) == 0
    assert margin_of(1, population=1) == 0


def test_the_overall_margin_weighs_strata_by_their_size() -> None:
    one = margin_of(100, population=1000)
    assert one is not None
    assert overall_margin([(1000, 100)]) == pytest.approx(one)
    assert overall_margin([(1000, 100), (1000, 100)]) == pytest.approx(one / 2**0.5)
    assert overall_margin([(1000, 100), (0, 0)]) == pytest.approx(one)
    assert overall_margin([(1000, 100), (5, 0)]) is None
    assert overall_margin([]) is None


def test_a_rate_counts_as_it_is_written() -> None:
    assert to_invite(7, 0.7) == 10  # 7 / 0.7 is 10.000000000000002
    assert to_invite(8, 0.7) == 12
    assert to_invite(5, 1.0) == 5
    assert sample_size(0.5, response_rate=0.4).invite == 10


def test_a_stratum_needs_at_most_itself() -> None:
    assert needed(0.03, 4421, 0.5) == 1720
    assert needed(0.03, 755, 0.5) == 755
    assert needed(0.03, 0) == 0
