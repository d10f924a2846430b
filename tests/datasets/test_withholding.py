"""Figures of too small a base are taken out, wherever they stand; the base and the reason stay."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.withholding import compared, published


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


def test_what_rests_on_a_small_group_goes_with_it() -> None:
    arms = {"a": estimate(30), "b": estimate(5), "c": estimate(30)}
    pairs = [{"a": "a", "b": "b", "mean": 3.0}, {"a": "a", "b": "c", "mean": 1.0}]
    outcome = {"test": "welch_anova", "p": 0.01, "groups": arms, "pairs": pairs}
    scheme = {"raised": estimate(5), "score": 7.1, "level": "good", "counts": {"good": 5}}
    entries = [{"name": "x", **estimate(30)}, {"name": "y", **estimate(5)}]
    scale = {
        "groups": [{"name": "a", "n": 40, "alpha": 0.8}, {"name": "b", "n": 5, "alpha": 0.1}],
        "apart": ["b"],
        "test": {"p": 0.01},
        "differ": True,
        "gap": {"group": "b"},
    }
    figures = {
        "n": 65, "experiments": [outcome], "grading": {"schemes": [scheme]},
        "standings": [{"entries": entries}], "equality": [{"by": "city", "scales": [scale]}],
        "depth": {"d": {"n": 5, "omega": 0.8, "eigenvalues": [2.0], "random": [1.0]}},
        "weighted_total": estimate(5), "distribution": [{"from": 0, "to": 10, "n": 5}],
        "sensitivity": [
            {"n": 40, "dimensions": [{"id": "d", **estimate(5)}], "alpha": {"d": 0.7, "e": 0.8}}
        ],
        "trend": {"lines": [{"points": [estimate(30), estimate(5)], "closed": {"value": 1.0}}]},
        "change": {"outcomes": [{"now": estimate(30), "before": estimate(5), "difference": 2.0}]},
    }  # fmt: skip
    found = published(figures, 10)
    (one,) = found["experiments"]
    assert (one["test"], one["p"], one["pairs"]) == (None, None, [])
    means = {name: group["mean"] for name, group in one["groups"].items()}
    assert means == {"a": 71.0, "b": None, "c": None}, "b would be the total less a and c"
    (graded,) = found["grading"]["schemes"]
    assert (graded["score"], graded["level"], graded["counts"]) == (None, None, {})
    assert found["standings"] == []
    (equal,) = found["equality"][0]["scales"]
    assert [g["name"] for g in equal["groups"]] == ["a"]
    assert (equal["apart"], equal["test"], equal["gap"]) == ([], None, None)
    assert not equal["differ"]
    assert found["depth"]["d"]["omega"] is None
    assert found["depth"]["d"]["eigenvalues"] == []
    assert found["distribution"] == []
    assert found["sensitivity"][0]["alpha"] == {"d": None, "e": 0.8}
    assert found["change"]["outcomes"][0]["difference"] is None
    (line,) = found["trend"]["lines"]
    assert (line["closed"], line["points"][1]["mean"]) == (None, None)
    assert published(found, 10) == found


def test_a_kept_comparison_loses_its_small_groups() -> None:
    groups = [{"name": name, "n": n, "mean": 1.0} for name, n in (("a", 20), ("b", 9), ("c", 30))]
    pairs = [{"a": x, "b": y} for x, y in (("a", "b"), ("a", "c"), ("b", "c"))]
    outcome = {"groups": groups, "pairs": pairs, "small": [], "welch": {"p": 0.1}}
    figures = {"sizes": {}, "outcomes": [outcome], "scales": []}
    assert compared(figures, 9) == figures
    (left,) = compared(figures, 10)["outcomes"]
    assert [g["name"] for g in left["groups"]] == ["c"], "b would be the total less a and c"
    assert left["pairs"] == []
    assert left["small"] == [{"name": "a", "n": 20}, {"name": "b", "n": 9}]
    assert left["welch"] is None
    more = {**outcome, "small": [{"name": "d", "n": 4}]}
    (left,) = compared({**figures, "outcomes": [more]}, 10)["outcomes"]
    assert left["pairs"] == [{"a": "a", "b": "c"}], "b and d hide each other"
