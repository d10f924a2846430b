"""The assignment of wordings: fair, repeatable, and not guessable from the customer."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.variants import assign


def equal(labels: str) -> dict[str, int]:
    """The labels in equal shares."""
    return dict.fromkeys(labels, 1)


SHARES = st.lists(st.integers(1, 100), min_size=1, max_size=4).map(
    lambda shares: dict(zip("ABCD", shares, strict=False))
)


@given(st.integers(0, 2**31), st.integers(1, 2**31), SHARES)
def test_an_assignment_is_one_of_the_labels_and_stays(
    seed: int, of: int, shares: dict[str, int]
) -> None:
    assert assign(seed, of, shares) in shares
    assert assign(seed, of, shares) == assign(seed, of, shares)


@given(st.integers(0, 2**31), st.integers(1, 2**31), SHARES, st.integers(1, 9))
def test_only_the_proportions_of_the_shares_count(
    seed: int, of: int, shares: dict[str, int], times: int
) -> None:
    larger = {label: share * times for label, share in shares.items()}
    assert assign(seed, of, larger) == assign(seed, of, shares)


@given(st.integers(0, 2**31), st.integers(1, 2**31), st.integers(1, 4))
def test_equal_shares_give_what_they_always_gave(seed: int, of: int, count: int) -> None:
    """Studies under way keep their assignment: the formula from before there were shares."""
    digest = hashlib.sha256(f"{seed}:{of}".encode()).digest()
    labels = "ABCD"[:count]
    before = labels[int.from_bytes(digest[:8], "big") * count >> 64]
    assert assign(seed, of, equal(labels)) == before


@pytest.mark.parametrize("shares", [equal("AB"), equal("ABC"), {"A": 5, "B": 1, "C": 2, "D": 4}])
@pytest.mark.parametrize("seed", [1, 2, 77])
def test_every_label_comes_as_often_as_its_share(seed: int, shares: dict[str, int]) -> None:
    """Chi-square over 12,000 invitations stays under the 0.1 % point of 3 degrees of freedom."""
    counts = Counter(assign(seed, number, shares) for number in range(1, 12_001))
    whole = sum(shares.values())
    expected = {label: 12_000 * share / whole for label, share in shares.items()}
    assert sum((counts[k] - e) ** 2 / e for k, e in expected.items()) < 16.3


def test_another_seed_is_another_assignment() -> None:
    same = sum(assign(1, n, equal("AB")) == assign(2, n, equal("AB")) for n in range(10_000))
    assert 4_700 < same < 5_300


@pytest.mark.parametrize("shares", [{}, {"A": 0}])
def test_shares_that_give_nobody_anything_are_refused(shares: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="over 0"):
        assign(1, 1, shares)
