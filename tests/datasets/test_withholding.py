"""Figures of too small a base are taken out, wherever they stand; the base and the reason stay."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.withholding import published


def estimate(n: int) -> dict[str, Any]:
    return {"n": n, "mean": 71.0, "se": 1.0, "low": 69.0, "high": 73.0, "deff": 1.1}


def test_enough_answers_are_published_as_they_are() -> None:
    found = published({"n": 40, "weighted_total": estimate(40), "title": "x"}, 10)
    assert found == {"n": 40, "weighted_total": estimate(40), "title": "x", "minimum": 10}


def test_a_small_base_inside_loses_its_numbers_and_says_why() -> None:
    figures = {"n": 40, "dimensions": [{"id": "a", **estimate(9)}, {"id": "b", **estimate(10)}]}
    small, large = published(figures, 10)["dimensions"]
    assert small == {
        "id": "a", "n": 9, "mean": None, "se": None, "low": None, "high": None, "deff": None,
        "withheld": 10,
    }  # fmt: skip
    assert large == {"id": "b", **estimate(10)}


def test_a_whole_study_below_the_minimum_keeps_only_its_counts() -> None:
    figures = {"n": 9, "dataset_hash": "ab", "excluded": 2, "weighted_total": estimate(9)}
    assert published(figures, 10) == {
        "n": 9, "dataset_hash": "ab", "excluded": 2, "minimum": 10, "withheld": 10,
    }  # fmt: skip


def test_without_any_answer_nothing_is_withheld() -> None:
    assert "withheld" not in published({"n": 0, "nps": None}, 10)


def test_frequencies_and_items_go_with_their_base() -> None:
    figures = {
        "n": 40,
        "frequencies": [{"base": 4, "counts": [{"code": 1, "n": 4}]}],
        "scales": [{"n": 5, "alpha": 0.8, "items": [{"id": "i", "n": 5, "mean": 3.0}]}],
    }
    found = published(figures, 10)
    assert found["frequencies"] == [{"base": 4, "counts": [], "withheld": 10}]
    (scale,) = found["scales"]
    assert (scale["alpha"], scale["items"][0]["mean"], scale["items"][0]["id"]) == (None, None, "i")


@given(st.integers(2, 50), st.lists(st.integers(0, 60), max_size=6))
def test_no_number_of_a_small_base_is_left_and_twice_is_as_once(
    minimum: int, bases: list[int]
) -> None:
    figures = {"n": 100, "deep": {"list": [[estimate(n)] for n in bases]}}
    found = published(figures, minimum)
    for (one,), n in zip(found["deep"]["list"], bases, strict=True):
        assert (one["mean"] is None) == (0 < n < minimum)
    assert published(found, minimum) == found
    assert json.loads(json.dumps(found)) == found
