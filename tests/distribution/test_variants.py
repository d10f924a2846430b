"""The assignment of wordings: fair, repeatable, and not guessable from the customer."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.variants import assign


@given(st.integers(0, 2**31), st.integers(1, 2**31), st.integers(1, 4))
def test_an_assignment_is_one_of_the_labels_and_stays(seed: int, of: int, count: int) -> None:
    labels = "ABCD"[:count]
    assert assign(seed, of, labels) in labels
    assert assign(seed, of, labels) == assign(seed, of, labels)


@pytest.mark.parametrize("labels", ["AB", "ABC"])
@pytest.mark.parametrize("seed", [1, 2, 77])
def test_every_label_is_equally_likely(seed: int, labels: str) -> None:
    """Chi-square over 12,000 invitations stays under the 0.1 % point of 2 degrees of freedom."""
    counts = Counter(assign(seed, number, labels) for number in range(1, 12_001))
    expected = 12_000 / len(labels)
    assert sum((n - expected) ** 2 / expected for n in counts.values()) < 13.8


def test_another_seed_is_another_assignment() -> None:
    same = sum(assign(1, n, "AB") == assign(2, n, "AB") for n in range(10_000))
    assert 4_700 < same < 5_300
