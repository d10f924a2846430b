from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from benchmarks._mixtures import START, mixture
from surveyapp.datasets.models import CleaningEntry
from surveyapp.datasets.numbers import headline, results
from surveyapp.datasets.reading import Row
from surveyapp.datasets.scoring import dimension_scores, total_scores
from surveyapp.datasets.sensitivity import cleaned, sensitivity
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.weighting import weighting
from surveyapp.designer.library import template

DOCUMENT = template("aftersales")
ITEMS = [
    ("speed.reached", 0), ("speed.began", 0), ("speed.waited", 1), ("resolution.fixed", 0),
    ("resolution.fits", 0), ("outcome", 0), ("first.at_once", 0), ("first.told_once", 0),
    ("first.repeated", 1), ("staff.polite", 0), ("staff.listened", 0), ("staff.cared", 0),
    ("staff.knew", 0), ("staff.explained", 0), ("expertise", 0),
]  # fmt: skip


def answer(number: int, level: int, nps: int, stratum: str = "", size: int | None = None) -> Row:
    """A respondent whose every keyed item is `level`; five contacts are worth 0 points."""
    answers: dict[str, Any] = {v: 6 - level if reverse else level for v, reverse in ITEMS}
    answers |= {"overall": level, "nps": nps, "channel": "phone", "solved": "yes"}
    answers["contacts"] = 6 - level
    end = START + timedelta(minutes=3)
    facts: dict[str, Any] = {"customer": {}, "touchpoint": {}}
    return Row(
        number, 1, "link", "en", answers, facts, START, end, stratum, None, None, size
    )  # fmt: skip


def table(rows: list[Row]) -> Dataset:
    return build(rows, {1: DOCUMENT})


def test_scores_run_from_0_to_100_and_reversed_items_are_turned() -> None:
    data = table([answer(1, 1, 0), answer(2, 3, 8), answer(3, 5, 10)])
    scores = dimension_scores(data)
    assert list(scores) == [
        "response_speed",
        "resolution",
        "first_contact",
        "attitude",
        "knowledge",
    ]
    assert all(values.tolist() == [0, 50, 100] for values in scores.values())
    assert total_scores(data, scores).tolist() == [0, 50, 100]


def test_the_total_follows_the_weights_of_the_questionnaire() -> None:
    row = answer(1, 5, 9)
    worst = {**row.answers, "speed.reached": 1, "speed.began": 1, "speed.waited": 5}
    data = table([replace(row, answers=worst)])
    assert total_scores(data, dimension_scores(data)).tolist() == [75]


def test_a_dimension_counts_from_half_of_its_items_and_the_total_from_half_of_the_weight() -> None:
    row = answer(1, 5, 9)
    one_of_three = {
        k: v for k, v in row.answers.items() if k not in ("speed.began", "speed.waited")
    }
    few = {k: v for k, v in row.answers.items() if k.startswith("staff") or "." not in k}
    data = table([replace(row, answers=one_of_three), replace(row, id=2, answers=few)])
    scores = dimension_scores(data)
    assert np.isnan(scores["response_speed"]).all()
    totals = total_scores(data, scores)
    assert totals[0] == 100
    assert np.isnan(totals[1])


def test_estimates_are_weighted_to_the_strata() -> None:
    rows = [answer(1, 5, 10, "big", 900), answer(2, 5, 9, "big", 900)]
    rows += [answer(i, 1, 0, "small", 100) for i in range(3, 7)]
    head = headline(table(rows))
    assert head["weighted_total"]["mean"] == pytest.approx(90)
    assert head["nps"]["mean"] == pytest.approx(80)
    assert head["nps"]["promoters"] == pytest.approx(0.9)
    assert head["nps"]["detractors"] == pytest.approx(0.1)
    assert head["nps"]["n"] == 6


def test_printed_codes_do_not_enter_the_estimates_of_a_sample() -> None:
    rows = [answer(1, 5, 10, "a", 50), answer(2, 5, 10, "a", 50), answer(3, 1, 0)]
    found = results(table(rows))
    assert found["weighted_total"]["mean"] == 100
    assert found["findings"][0]["code"] == "numbers.not_sampled"
    alone = weighting(table([answer(3, 1, 0), answer(4, 5, 9)]))
    assert alone.population is None
    assert alone.weights.tolist() == [1, 1]


def test_results_are_strict_json_and_every_number_has_its_n() -> None:
    rows, _ = mixture({"genuine": 200}, seed=2)
    found = json.loads(json.dumps(results(table(rows)), allow_nan=False))
    assert [d["id"] for d in found["dimensions"]] == [d.id for d in DOCUMENT.dimensions]
    for dimension in found["dimensions"]:
        assert dimension["low"] < dimension["mean"] < dimension["high"]
        assert dimension["n"] == 200
    for scale in found["scales"]:
        assert scale["low"] < scale["alpha"] < scale["high"]
        assert 0 < scale["kmo"] < 1
        assert scale["bartlett"]["df"] == 3
    assert found["overall"]["k"] == 15
    assert sum(b["n"] for b in found["distribution"]) == 200
    for frequency in found["frequencies"]:
        assert sum(c["n"] for c in frequency["counts"]) == frequency["base"]


def test_the_item_that_spoils_a_scale_is_named() -> None:
    rows, _ = mixture({"genuine": 300}, seed=2)
    source = np.random.default_rng(1)
    spoilt = [
        replace(r, answers={**r.answers, "speed.began": int(source.integers(1, 6))}) for r in rows
    ]
    speed = next(s for s in results(table(spoilt))["scales"] if s["dimension"] == "response_speed")
    assert speed["drop"] == "speed.began"


def test_what_cannot_be_computed_is_null_with_the_reason() -> None:
    found = results(table([answer(i, 4, 9) for i in range(1, 6)]))
    assert found["weighted_total"]["mean"] == 75
    scale = found["scales"][0]
    assert scale["alpha"] is None
    assert scale["kmo"] is None
    assert scale["findings"]
    nobody = results(table([]))
    assert nobody["n"] == 0
    assert nobody["weighted_total"]["mean"] is None
    json.dumps(nobody, allow_nan=False)


def test_sensitivity_shows_each_layer_and_ends_with_the_cleaned_data() -> None:
    rows = [answer(i, 4, 9) for i in range(1, 8)] + [answer(8, 1, 0), answer(9, 2, 3)]
    data = table(rows)
    excluded = {8: CleaningEntry(layer=1), 9: CleaningEntry(layer=3)}
    steps = sensitivity(data, excluded)
    assert [s["n"] for s in steps] == [9, 8, 8, 7]
    assert [s["taken"] for s in steps] == [0, 1, 0, 1]
    means = [s["weighted_total"]["mean"] for s in steps]
    assert means[0] < means[1] == means[2] < means[3] == 75
    assert cleaned(data, excluded).ids == [1, 2, 3, 4, 5, 6, 7]
