"""The factors behind all items, and whether items load where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from surveyapp.stats.factors import extract, oblimin
from surveyapp.stats.parallel import parallel
from surveyapp.stats.structure import homes, strays, structure

IDS = list("abcdefgh")
GROUPS = ["x"] * 4 + ["y"] * 4


def answers(n: int = 500, seed: int = 2) -> np.ndarray:
    """Two factors of four items each, but the last item belongs to the first one."""
    random = np.random.default_rng(seed)
    one, two = random.standard_normal((2, n))
    of = [one, one, one, one, two, two, two, one]
    return np.column_stack([f + random.standard_normal(n) for f in of])


def test_as_many_factors_as_stand_out_are_extracted_and_turned() -> None:
    x = answers()
    x[:50, 0] = np.nan
    found = structure(x, IDS)
    R = np.corrcoef(x[50:].T)
    expected = oblimin(extract(R, 2))
    assert (found.n, found.items, found.findings) == (450, tuple(IDS), ())
    assert found.factors is not None
    assert found.parallel is not None
    assert found.parallel.factors == parallel(R, 450).factors == 2
    assert found.factors.loadings == pytest.approx(expected.loadings, abs=1e-5)
    assert found.factors.phi == pytest.approx(expected.phi, abs=1e-5)


def test_an_item_that_loads_elsewhere_is_told_from_those_at_home() -> None:
    factors = structure(answers(), IDS).factors
    assert factors is not None
    belong = homes(factors.loadings, GROUPS)
    assert belong == {"x": 0, "y": 1}
    assert strays(factors.loadings, GROUPS, belong) == [7]
    assert strays(factors.loadings * 0.1, GROUPS, belong) == [], "too little to say where"


def test_home_is_where_most_items_are_and_a_near_tie_is_no_stray() -> None:
    """The item on the first factor is heavier than the three on the second, but alone."""
    loadings = np.array([[0.95, 0.0], [0.1, 0.3], [0.1, 0.4], [0.2, 0.3], [0.5, 0.1], [0.3, 0.35]])
    groups = ["x"] * 4 + ["y"] * 2
    belong = homes(loadings, groups)
    assert belong == {"x": 1, "y": 0}, "of one and one the larger sum of squares"
    assert strays(loadings, groups, belong) == [0], "0.35 and 0.3 are as good as equal"


def test_a_heywood_case_names_its_item() -> None:
    """Of three items, b would have to share more with a and c than it has."""
    random = np.random.default_rng(1)
    R = np.array([[1, 0.8, 0.3], [0.8, 1, 0.8], [0.3, 0.8, 1]])
    x = random.standard_normal((400, 3)) @ np.linalg.cholesky(R).T
    assert structure(x, list("abc")).heywood == ("b",)


def test_what_cannot_be_computed_is_said_with_the_culprit() -> None:
    x = answers()
    x[:, 7] = x[:, 3]
    singular = structure(x, IDS)
    assert singular.factors is None
    assert [f.place for f in singular.findings] == ["item:h"]
    x[:, 7] = np.nan
    left_out = structure(x, IDS)
    assert left_out.factors is not None
    assert [(f.code, f.place) for f in left_out.findings] == [("items.no_answers", "item:h")]


def test_too_few_and_too_many_items_are_said() -> None:
    few, many = structure(answers()[:, :2], IDS[:2]), structure(answers(), IDS, most=7)
    assert (few.factors, many.factors) == (None, None)
    assert few.findings[-1].code == "structure.few_items"
    assert many.findings[-1].code == "structure.many_items"
    assert structure(np.empty((0, 3)), IDS[:3]).findings[-1].code == "dimensionality.too_few_items"
