"""Scales in depth as figures: the numbers of the cores, and none of too few answers."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks._mixtures import mixture
from surveyapp.datasets.factor_structure import factor_structure
from surveyapp.datasets.in_depth import in_depth
from surveyapp.datasets.numbers import results
from surveyapp.datasets.scale_depth import depths
from surveyapp.datasets.scale_further import further_of
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.withholding import published
from surveyapp.designer.library import template
from surveyapp.findings import Finding
from surveyapp.stats.coefficients import lambda6
from surveyapp.stats.further import further
from surveyapp.stats.structure import structure
from tests.datasets.studies import SMALL
from tests.stats.test_further import IDS, answers


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Half of the respondents skip one item of the first scale."""
    rows = []
    for row in mixture(SMALL, 4)[0]:
        skipped = ("speed.waited",) if row.id % 2 else ()
        kept = {name: value for name, value in row.answers.items() if name not in skipped}
        rows.append(replace(row, answers=kept))
    return build(rows, {1: template("aftersales")})


def test_the_figures_are_those_of_the_cores(data: Dataset) -> None:
    found = depths(data)
    for name, _title, _weight in data.codebook.dimensions:
        items = data.codebook.items_of(name)
        own = further(data.matrix(items), [v.name for v in items])
        shown = found[name]["further"]
        assert shown["n"] == own.n
        told = shown["coefficients"]
        if own.listwise is None or own.correlations is None or own.bootstrap is None:
            assert told is None
            continue
        assert (told["alpha"], told["standardised"]) == (
            own.listwise.alpha, own.listwise.standardised,
        )  # fmt: skip
        assert told["bootstrap"] == {"low": own.bootstrap.low, "high": own.bootstrap.high}
        assert told["lambda6"] == lambda6(own.correlations)
        assert told["ordinal"] == own.ordinal
        assert told["correlations"][-1] == own.correlations[-1].tolist()
        assert [len(row) for row in told["correlations"]] == list(range(1, len(items) + 1))
    assert any(one["further"]["coefficients"] for one in found.values())


def test_the_structure_is_of_all_items_in_order_of_their_dimensions(data: Dataset) -> None:
    items = [i for d in data.codebook.dimensions for i in data.codebook.items_of(d[0])]
    ids = [item.name for item in items]
    own = structure(data.matrix(items), ids)
    found = factor_structure(data)
    assert own.factors is not None
    assert list(found["solution"]["loadings"]) == ids
    loadings = np.array(list(found["solution"]["loadings"].values()))
    order = [own.factors.loadings[0].tolist().index(value) for value in loadings[0]]
    assert loadings.tolist() == own.factors.loadings[:, order].tolist()
    phi = own.factors.phi[np.ix_(order, order)]
    assert found["solution"]["correlations"] == phi.tolist()
    homes = list(dict.fromkeys(found["solution"]["homes"].values()))
    assert homes == sorted(homes), "factors in the order of the dimensions"
    assert found["solution"]["number"] == own.factors.loadings.shape[1]
    assert sum(found["solution"]["explained"]) == pytest.approx(
        float((1 - own.factors.uniqueness).mean()), abs=1e-3
    )
    assert set(found["solution"]["homes"]) == {d[0] for d in data.codebook.dimensions}


def test_figures_are_json_and_remarks_become_findings_again(data: Dataset) -> None:
    figures = json.loads(json.dumps(in_depth(data, 10)))
    remarks = [r for one in figures["depth"].values() for r in one["further"]["remarks"]]
    assert remarks
    for remark in remarks:
        assert Finding(**remark).message


def test_a_coefficient_without_an_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON, and so the database, knows no infinity."""
    monkeypatch.setattr("surveyapp.stats.coefficients.lambda6", lambda _R: math.inf)
    told = further_of(answers(), IDS)["coefficients"]
    assert told["lambda6"] is None
    json.dumps(told, allow_nan=False)


def test_an_item_keyed_backwards_is_proposed_and_left_as_it_is(data: Dataset) -> None:
    name, _title, _weight = data.codebook.dimensions[0]
    first, *_others = data.codebook.items_of(name)
    turned = data.table.set_column(
        data.table.column_names.index(first.name),
        first.name,
        [[None if v is None else 6 - v for v in data.table[first.name].to_pylist()]],
    )
    backwards = Dataset(
        "", "UTC", "en", data.codebook, turned, data.reasons, data.versions, data.weighing
    )
    (before,), (after,) = (
        [s for s in results(one)["scales"] if s["dimension"] == name] for one in (data, backwards)
    )
    assert before["keying"] == {"negative": (), "backwards": (), "alpha": None}
    assert first.name in after["keying"]["negative"]
    assert after["keying"]["backwards"] == (first.name,)
    assert after["keying"]["alpha"] == pytest.approx(before["alpha"])
    assert after["alpha"] < before["alpha"]


def test_nothing_of_fewer_complete_rows_than_the_minimum_is_told(data: Dataset) -> None:
    figures: dict[str, Any] = {**results(data), **in_depth(data, 10)}
    complete = {name: one["further"]["n"] for name, one in figures["depth"].items()}
    assert complete["response_speed"] == figures["structure"]["n"] == 38
    found = published(figures, 39)
    assert not found["depth"]["response_speed"]["further"]
    assert found["depth"]["knowledge"] == figures["depth"]["knowledge"]
    assert found["structure"]["solution"] is None
    assert found["structure"]["eigenvalues"] == found["structure"]["remarks"] == []
    assert published(found, 39) == found
    scale = {"n": 5, "alpha": 0.5, "keying": {"negative": ["a"], "backwards": [], "alpha": None}}
    assert published({"n": 40, "scales": [scale]}, 10)["scales"][0]["keying"] is None
