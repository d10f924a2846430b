"""Arms that chance drew are compared as they are; small ones, and what would tell of them, not."""

from __future__ import annotations

import pytest

from surveyapp.datasets.arms import compare_arms
from surveyapp.datasets.outcomes import outcomes
from tests.datasets.test_changing import days


def test_arms_are_compared_without_weights() -> None:
    data = days(*[0] * 60)
    arms = ["A", "B", None] * 20
    found = compare_arms(data, arms, 10)
    assert found["random"]
    assert found["sizes"] == {"A": 20, "B": 20}
    for one, outcome in zip(found["outcomes"], outcomes(data), strict=True):
        means = {group["name"]: group["mean"] for group in one["groups"]}
        assert means["A"] == pytest.approx(outcome.values[0::3].mean())
        (pair,) = one["pairs"]
        assert pair["difference"] == pytest.approx(means[pair["a"]] - means[pair["b"]])


def test_a_small_arm_takes_the_next_smallest_along() -> None:
    data = days(*[0] * 60)
    arms = [*["A"] * 30, *["B"] * 26, *["C"] * 4]
    (total, *_) = compare_arms(data, arms, 10)["outcomes"]
    assert {one["name"]: one["n"] for one in total["small"]} == {"A": 30, "B": 26, "C": 4}
    hidden = [*["A"] * 25, *["B"] * 25, *["C"] * 4, *[None] * 6]
    (total, *_) = compare_arms(data, hidden, 10)["outcomes"]
    assert [one["name"] for one in total["small"]] == ["C"], "ten others hide it"
    assert {group["name"] for group in total["groups"]} == {"A", "B"}
