"""The indices that format 2 of the recipe adds, on data whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from surveyapp.datasets.screening.battery import battery
from surveyapp.datasets.screening.further import distance_index, further
from surveyapp.datasets.screening.patterns import pattern_hits
from surveyapp.datasets.screening.recipe import FirstPatterns, Patterns
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.document import Document
from surveyapp.stats.careless.chance import chance_of_runs
from surveyapp.stats.careless.consistency import person_total, synonyms
from surveyapp.stats.careless.guttman import guttman_errors
from surveyapp.stats.careless.shrunken import shrunken_distance
from tests.datasets.scored import respondent

GRIDS = {"a": 8, "b": 8}
NAMES = [f"{grid}.i{n}" for grid, k in GRIDS.items() for n in range(k)]
DOCUMENT = Document.model_validate(
    {
        "pages": [
            {
                "id": "p",
                "questions": [
                    {"id": g, "type": "likert_grid", "items": [{"id": f"i{n}"} for n in range(k)]}
                    for g, k in GRIDS.items()
                ],
            }
        ]
    }
)


def data_of(answers: np.ndarray) -> Dataset:
    rows = [
        respondent(number, {name: int(v) for name, v in zip(NAMES, row, strict=True)})
        for number, row in enumerate(answers, 1)
    ]
    return build(rows, {1: DOCUMENT})


def attentive(n: int, seed: int = 4) -> np.ndarray:
    """Items of very different difficulty, so that there are easy and hard steps."""
    random = np.random.default_rng(seed)
    level = random.standard_normal((n, 1))
    easy = np.tile(np.linspace(-1.2, 1.2, 8), 2)
    noise = 0.7 * random.standard_normal((n, len(NAMES)))
    return np.clip(np.rint(3 + 0.8 * level + easy + noise), 1, 5)


def hits(data: Dataset, rule: str, **settings: object) -> list[int]:
    found, _ = pattern_hits(data, Patterns(**settings), seed=1)  # type: ignore[arg-type]
    return [hit.response for hit in found if hit.rule == rule]


def test_one_answer_throughout_a_grid_is_seen_though_the_questionnaire_is_varied() -> None:
    odd = attentive(1, seed=8)
    odd[0, :8] = 3
    data = data_of(np.vstack([attentive(300), odd]))
    assert 301 in hits(data, "grid_run")
    assert len(hits(data, "grid_run")) <= 5
    assert hits(data, "grid_run", grid_chance=None) == []
    common = battery(data)
    assert common.grids == [list(range(8)), list(range(8, 16))]
    (index,) = (i for i in further(common, Patterns()) if i.rule == "grid_run")
    each = [chance_of_runs(common.raw[:, columns], [False] * 8) for columns in common.grids]
    np.testing.assert_allclose(
        index.told["chance"], np.maximum(np.minimum(2 * np.fmin(*each), 1.0), 1e-4)
    )


def test_who_turns_the_order_of_the_items_round_makes_guttman_errors() -> None:
    turned = attentive(1)[:, [*range(7, -1, -1), *range(15, 7, -1)]]
    data = data_of(np.vstack([attentive(300), turned]))
    assert hits(data, "guttman") == [301]
    assert hits(data, "guttman", guttman=None) == []


@pytest.mark.parametrize("rule", ["synonyms", "antonyms", "person_total"])
def test_agreement_with_others_is_off_until_it_is_asked_for(rule: str) -> None:
    answers = attentive(200)
    answers[:, 15] = 6 - answers[:, 14]
    answers[:, 13] = 6 - answers[:, 12]
    answers[:, 11] = 6 - answers[:, 10]
    data = data_of(answers)
    assert hits(data, rule) == []
    raw = battery(data).raw
    low = {"synonyms": synonyms(raw, 0.5).r, "person_total": person_total(raw)}
    with np.errstate(invalid="ignore"):
        wanted = low[rule] <= 0.2 if rule in low else synonyms(raw, 0.5, antonyms=True).r >= -0.2
    assert hits(data, rule, **{rule: 0.2 if rule in low else -0.2}) == [
        at + 1 for at in np.flatnonzero(wanted)
    ]
    assert wanted.any()


def test_few_rows_are_told_apart_by_the_shrunken_distance() -> None:
    answers = attentive(40)
    answers[7] = np.tile([5, 1], 8)
    data = data_of(answers)
    assert hits(data, "mahalanobis") == [8]
    assert hits(data, "mahalanobis", few_z=None) == [], "chi-square says nothing of 40 rows"
    index, findings = distance_index(battery(data), Patterns())
    np.testing.assert_allclose(index.values, shrunken_distance(answers)[0])
    assert [f.code for f in findings] == ["screening.few_rows"]
    assert distance_index(battery(data), FirstPatterns())[0].limit > 30, "format 1 as it was"


def test_many_rows_have_the_distance_of_before() -> None:
    data = data_of(attentive(300))
    common = battery(data)
    new, old = (distance_index(common, kind())[0] for kind in (Patterns, FirstPatterns))
    np.testing.assert_array_equal(new.values, old.values)
    assert new.limit == old.limit


def test_equal_rows_stand_out_from_nothing() -> None:
    data = data_of(np.full((6, 16), 3.0))
    assert hits(data, "mahalanobis") == []
    assert hits(data, "grid_run") == []
    assert hits(data, "guttman") == []


def test_the_share_of_errors_is_that_of_the_core() -> None:
    data = data_of(attentive(100))
    (index,) = (i for i in further(battery(data), Patterns()) if i.rule == "guttman")
    np.testing.assert_array_equal(index.values, guttman_errors(battery(data).keyed)[1])
