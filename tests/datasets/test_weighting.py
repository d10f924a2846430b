"""Weights of estimates under designs with different chances, and with stores drawn first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.weighting import weighting
from surveyapp.distribution import designs
from surveyapp.distribution.models import SampleMember
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.stats.sampling.design import design_of, estimate
from tests.datasets.test_numbers import DOCUMENT, answer
from tests.distribution.builders import add_customers, add_study

Y = np.array([3.0, 8.0, 5.0, 9.0, 1.0, 4.0])


def rows(weights: list[float | None], clusters: str = "") -> list[Row]:
    found = [answer(k + 1, 3, 8, "a" if k < 4 else "b", 40 if k < 4 else 10) for k in range(6)]
    return [
        replace(row, weight=w, cluster=clusters[k] if clusters else None)
        for k, (row, w) in enumerate(zip(found, weights, strict=True))
    ]


def table(found: list[Row], clusters: bool = False) -> Dataset:
    versions = {1: DOCUMENT}
    return build(found, versions, about=about_of(versions.values(), Uses(clusters=clusters)))


def test_equal_chances_weigh_by_answers_with_correction() -> None:
    for weights in ([8.0] * 4 + [2.0] * 2, [None] * 6):
        found = weighting(table(rows(weights)))
        assert found.weights.tolist() == [10] * 4 + [5] * 2
        assert found.population == {"a": 40, "b": 10}
        assert found.findings == ()


def test_different_chances_keep_their_ratio_and_add_up_to_the_stratum() -> None:
    chances = [0.5, 0.25, 0.2, 0.1, 0.5, 0.5]
    found = weighting(table(rows([1 / p for p in chances])))
    assert found.weights[:4].sum() == pytest.approx(40)
    assert found.weights[0] / found.weights[3] == pytest.approx(0.1 / 0.5)
    assert found.weights[4:].tolist() == [5, 5]
    assert (found.population, found.clusters) == (None, None)
    assert [f.code for f in found.findings] == ["numbers.with_replacement"]
    mine = found.estimate(Y, (0, 10))
    plain = estimate(Y, design_of(6, strata=list("aaaabb"), weights=found.weights))
    assert (mine.mean, mine.se) == (plain.value, plain.se)


def test_answers_of_one_store_count_as_one_unit() -> None:
    found = weighting(table(rows([8.0] * 4 + [2.0] * 2, "xxyyuv"), clusters=True))
    assert found.clusters == ("x", "x", "y", "y", "u", "v")
    mine = found.estimate(Y, (0, 10))
    whole = design_of(
        6, strata=list("aaaabb"), clusters=list("xxyyuv"), weights=[10.0] * 4 + [5.0] * 2
    )
    plain = estimate(Y, whole)
    assert (mine.mean, mine.se, mine.df) == (plain.value, plain.se, plain.df)
    assert mine.df == 2


def test_a_row_without_a_store_stands_for_itself() -> None:
    some = [replace(r, cluster=None) if r.id == 1 else r for r in rows([8.0] * 6, "xxyyuv")]
    found = weighting(table(some, clusters=True)).clusters
    assert found is not None
    assert found[0] not in found[1:]


def test_stores_that_were_drawn_come_with_the_answers(any_app: Flask) -> None:
    add_customers(200)
    study = add_study(population=Population().as_json())
    designs.draw(study, Spec(n=30, seed=1))
    assert not gather.uses_of(study).clusters
    design = designs.draw(study, Spec(n=0, seed=1, selection="two_stage", stores=3, take=5))
    assert gather.uses_of(study).clusters
    stores = {m.cluster: m.customer.store for m in db.session.query(SampleMember)}
    assert len(stores) == 3
    assert all(cluster == store for cluster, store in stores.items())
    assert designs.redraw(design).identical
    db.session.query(SampleMember).update({"cluster": "elsewhere"})
    assert not designs.redraw(design).members_equal
