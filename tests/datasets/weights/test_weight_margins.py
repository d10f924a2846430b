"""Raking of samples to their margins: targets, small and missing categories, what cannot be met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from surveyapp.datasets.weights.chain import chained
from surveyapp.datasets.weights.recipe import USUAL, Margin, WeightRecipe
from surveyapp.stats.sampling.raking import rake
from tests.datasets.weights.builders import NORTH, SOUTH, rows
from tests.datasets.weights.test_weight_chain import ANSWERED, codes

CITY = Margin(of="frame:city")
AGE = ["1", "1", "2", "2", "1", "2"]
BY_AGE = Margin(of="data:age", totals={"1": 30, "2": 70})
BOTH = WeightRecipe(calibration="margins", margins=(CITY, BY_AGE), merge_below=1)
BY_CITY = BOTH.model_copy(update={"margins": (CITY,)})


def by(*margins: Margin, least: int = 1) -> WeightRecipe:
    return WeightRecipe(calibration="margins", margins=margins, merge_below=least)


def test_raking_to_the_frame_and_to_a_column() -> None:
    chain = chained(rows(ANSWERED, columns={"age": AGE}), BOTH)
    plain = rake(
        {"city": list("NNNNSS"), "age": AGE},
        {"city": {"N": 100, "S": 50}, "age": {"1": 45, "2": 105}},
        np.full(6, 25.0),
    )
    assert chain.weights == pytest.approx(plain.weights, rel=1e-8)
    report = chain.steps[-1].told["samples"][0]
    assert (report["met"], report["sample"]) == (True, "")
    assert [m["of"] for m in report["margins"]] == ["frame:city", "data:age"]
    ages = report["margins"][1]["rows"]
    assert [r["category"] for r in ages] == ["1", "2"]
    assert [r["target"] for r in ages] == pytest.approx([45, 105])
    assert [r["reached"] for r in ages] == pytest.approx([45, 105])


def test_the_variance_knows_what_was_raked_to() -> None:
    chain = chained(rows(ANSWERED, columns={"age": AGE}), BOTH)
    assert chain.calibration is not None
    assert chain.calibration.weights == pytest.approx(chain.weights)
    groups = [group.tolist() for group in chain.calibration.groups]
    assert groups == [[0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 0, 1]]


def test_rows_without_a_category_keep_their_share() -> None:
    chain = chained(rows(ANSWERED, columns={"age": [*AGE[:5], None]}), BOTH)
    found = chain.steps[-1].told["samples"][0]["margins"][1]["rows"]
    assert [r["kind"] for r in found] == ["category", "category", "blank"]
    assert [r["target"] for r in found] == pytest.approx([37.5, 87.5, 25])
    assert chain.calibration is not None
    assert chain.calibration.groups[1].tolist() == [0, 0, 1, 1, 0, -1]


def test_a_column_that_nobody_filled_in_changes_nothing() -> None:
    chain = chained(rows(ANSWERED, columns={"age": [None] * 6}), by(BY_AGE))
    assert codes(chain) == ["weights.no_column"]
    assert chain.weights == pytest.approx([25] * 6)


def test_small_categories_are_taken_together() -> None:
    three = Margin(of="data:age", totals={"1": 50, "2": 30, "3": 20})
    some = rows(ANSWERED, columns={"age": ["1", "1", "1", "1", "2", "3"]})
    margin = chained(some, by(three, least=3)).steps[-1].told["samples"][0]["margins"][0]
    assert margin["merged"] == ["2", "3", "1"]
    assert [(r["kind"], r["target"]) for r in margin["rows"]] == [("others", pytest.approx(150))]
    margin = chained(some, by(three, least=2)).steps[-1].told["samples"][0]["margins"][0]
    assert margin["merged"] == ["2", "3"]
    assert [r["target"] for r in margin["rows"]] == pytest.approx([75, 75])


def test_a_single_small_category_is_named_by_the_raking() -> None:
    """Nothing to merge with is left when every other category is large: it takes the smallest."""
    ages = Margin(of="data:age", totals={"1": 50, "2": 30, "9": 20})
    margin = chained(rows(ANSWERED, columns={"age": AGE}), by(ages)).steps[-1].told["samples"][0]
    assert margin["margins"][0]["merged"] == ["9", "1"]


@pytest.mark.parametrize(
    ("margin", "code", "place"),
    [
        (Margin(of="frame:tier"), "weights.no_column", "margin:tier"),
        (Margin(of="data:age", totals={"1": 1, "3": 1}), "weights.no_total", "margin:age"),
    ],
)
def test_a_margin_that_cannot_be_used_is_left_out_and_said(
    margin: Margin, code: str, place: str
) -> None:
    chain = chained(rows(ANSWERED, columns={"age": AGE}), by(margin))
    assert [(f.code, f.place, f.severity) for f in chain.findings] == [(code, place, "warning")]
    assert chain.weights == pytest.approx([25] * 6)
    assert chain.calibration is None
    assert chain.steps[-1].told["samples"] == [{"sample": "", "met": False}]


def test_margins_that_contradict_each_other_leave_the_weights_of_before() -> None:
    same = Margin(of="data:age", totals={"N": 10, "S": 90})
    chain = chained(rows(ANSWERED, columns={"age": list("NNNNSS")}), by(CITY, same))
    assert set(codes(chain)) == {"rake.infeasible"}
    assert {f.severity for f in chain.findings} == {"warning"}
    assert chain.weights == pytest.approx([25] * 6)
    assert chain.calibration is None
    report = chain.steps[-1].told["samples"][0]
    assert report["met"] is False
    assert len(report["margins"]) == 2


def test_bounds_hold_against_the_weights_of_before() -> None:
    wide = BOTH.model_copy(update={"bounds": (0.6, 1.6)})
    some = rows(ANSWERED, columns={"age": AGE})
    free, held = chained(some, BOTH).weights, chained(some, wide).weights
    assert (held >= 0.6 * 25 - 1e-9).all()
    assert (held <= 1.6 * 25 + 1e-9).all()
    assert held.sum() == pytest.approx(free.sum())


def test_answers_without_a_sample_are_raked_to_the_shares_of_the_population() -> None:
    some = rows(["x"] * 6, (), {"age": AGE}, base=1)
    chain = chained(some, by(BY_AGE))
    assert chain.weights.sum() == pytest.approx(6)
    assert chain.weights[:2] == pytest.approx([0.6, 0.6])
    assert chained(some, USUAL).weights.tolist() == [1] * 6


def test_every_period_is_raked_on_its_own() -> None:
    first = [replace(NORTH, period="p1"), replace(SOUTH, period="p1")]
    second = [
        replace(NORTH, period="p2", size=400, label="north 2"),
        replace(SOUTH, period="p2", size=100, label="south 2"),
        replace(SOUTH, period="p3", size=10, label="south 3"),
    ]
    names = [*ANSWERED, "north 2", "north 2", "south 2"]
    chain = chained(rows(names, (*first, *second)), BY_CITY)
    assert chain.weights == pytest.approx([25] * 6 + [200, 200, 100])
    assert [s["sample"] for s in chain.steps[-1].told["samples"]] == ["p1", "p2"]


def test_trimmed_raked_weights_keep_their_calibration() -> None:
    some = rows(ANSWERED, columns={"age": AGE})
    chain = chained(some, BOTH.model_copy(update={"trim": 1.2}))
    assert chain.calibration is not None
    assert chain.calibration.weights == pytest.approx(chain.weights)
