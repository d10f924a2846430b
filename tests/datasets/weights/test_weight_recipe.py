"""The published format of weights: what it takes, what it refuses, and that it stays the same."""

from __future__ import annotations

import pytest

from surveyapp.datasets.weights.recipe import USUAL, Margin, WeightRecipe, recipe_of
from surveyapp.datasets.weights.sample import BY_STRATA, Weighing, weighing_of
from surveyapp.findings import SurveyError
from tests.datasets.weights.builders import NORTH, SOUTH

WHOLE = WeightRecipe(
    eligibility=("city",),
    verified=True,
    response=("city", "tier"),
    calibration="margins",
    margins=(Margin(of="frame:city"), Margin(of="data:age", totals={"1": 40, "2": 60})),
    bounds=(0.3, 3),
    merge_below=8,
    trim=5,
)


def test_a_recipe_comes_back_from_its_json_with_its_hash() -> None:
    again = recipe_of(WHOLE.as_json())
    assert (again, again.hash) == (WHOLE, WHOLE.hash)
    assert again.margins[1].name == "age"
    assert WHOLE.hash != USUAL.hash


def test_nothing_is_the_usual_recipe() -> None:
    assert recipe_of(None) == recipe_of({}) == USUAL
    assert (USUAL.calibration, USUAL.eligibility, USUAL.trim) == ("strata", None, None)


@pytest.mark.parametrize(
    ("stored", "place"),
    [
        ({"calibration": "margins"}, "recipe:"),
        ({"bounds": [1.2, 3]}, "recipe:"),
        ({"bounds": [0.5, 0.9]}, "recipe:"),
        ({"trim": 1}, "recipe:trim"),
        ({"trim": float("nan")}, "recipe:trim"),
        ({"margins": [{"of": "age"}]}, "recipe:margins.0.of"),
        ({"margins": [{"of": "data:age"}]}, "recipe:margins.0"),
        ({"margins": [{"of": "data:age", "totals": {"1": 2}}]}, "recipe:margins.0"),
        (
            {"margins": [{"of": "data:age", "totals": {"1": 2, "2": 0}}]},
            "recipe:margins.0.totals.2",
        ),
        ({"margins": [{"of": "frame:city"}] * 2}, "recipe:"),
        ({"more": 1}, "recipe:more"),
        ({"format": "surveyapp/weights/9"}, "recipe:format"),
    ],
)
def test_what_is_wrong_is_named(stored: dict[str, object], place: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        recipe_of(stored)
    assert [(f.code, f.place) for f in refusal.value.findings] == [("weights.recipe", place)]


def test_what_weights_are_made_by_comes_back_from_a_snapshot() -> None:
    kept = Weighing(WHOLE, (NORTH, SOUTH))
    assert weighing_of(kept.as_json()) == kept
    assert kept.attributes == ("city",)
    assert kept.of_period("").cells == (NORTH, SOUTH)
    assert kept.of_period("2026-03") == Weighing(WHOLE, ())
    assert weighing_of(None) is BY_STRATA
