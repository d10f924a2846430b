"""The trend's points, kept cells and threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.comparing import compare_within
from surveyapp.datasets.standings import groups_of
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.trending import _kept, labels_of, threshold_of, trend
from surveyapp.designer.measurement import Level
from tests.datasets.scored import DOCUMENT
from tests.datasets.test_changing import periods
from tests.reports.scored_study import people


def months(sizes: list[int], cities: tuple[str, ...] = ()) -> Dataset:
    """Answers of as many in each month from March on."""
    rows, late = people(sum(sizes), seed=5), [m for m, n in enumerate(sizes) for _ in range(n)]
    moved = [
        replace(row, completed_at=row.completed_at + timedelta(days=31 * month),
                facts={**row.facts, "customer": {"city": cities[i % len(cities)]}} if cities
                else row.facts)
        for i, (row, month) in enumerate(zip(rows, late, strict=True))
    ]  # fmt: skip
    return build(moved, {1: DOCUMENT}, title="x", timezone="Asia/Shanghai", language="en")


def test_points_are_the_means_that_a_comparison_shows() -> None:
    data = months([30, 30])
    found = trend(data, 10)
    assert found is not None
    groups = compare_within(data, labels_of(data), 10)["outcomes"]
    for line, outcome in zip(found["lines"], groups, strict=True):
        for point, group in zip(line["points"], outcome["groups"], strict=True):
            assert point["name"] == group["name"]
            for key in ("n", "mean", "low", "high"):
                assert point[key] == pytest.approx(group[key], abs=1e-4)


def test_six_periods_are_the_most_and_the_next_is_named() -> None:
    found = trend(months([12] * 8), 10)
    assert found is not None
    assert found["periods"] == [f"2026-{month:02d}" for month in range(5, 11)]
    assert found["next"] == "2026-11"
    assert all(line["every"]["periods"] == 6 for line in found["lines"])
    assert found["lines"][1]["threshold"] is None, "NPS is no score from 0 to 100"


def test_without_answers_there_is_none() -> None:
    assert trend(months([]), 10) is None


def test_one_city_is_no_table_of_cities() -> None:
    found = trend(months([30, 30], ("北京",)), 10)
    assert found is not None
    assert found["cities"] == []
    many = trend(months([60, 60], ("北京", "上海", "广州")), 10)
    assert many is not None
    assert [row["name"] for row in many["cities"][0]["rows"]] == ["上海", "北京", "广州"]


def test_answers_without_a_city_are_in_no_row() -> None:
    data = months([60, 60], ("北京", "上海", ""))
    assert set(groups_of(data, "city")) == {"北京", "上海", None}
    found = trend(data, 10)
    assert found is not None
    assert [row["name"] for row in found["cities"][0]["rows"]] == ["上海", "北京"]


def test_a_recurring_study_has_its_periods_and_a_city_of_few_answers_no_row() -> None:
    found = trend(periods(*["2026-Q4"] * 20, *["2027-Q1"] * 20), 10)
    assert found is not None
    assert (found["periods"], found["next"]) == (["2026-Q4", "2027-Q1"], "2027-Q2")
    many = trend(months([80], (*["北京"] * 5, *["上海"] * 5, *["广州"] * 5, "成都")), 10)
    assert many is not None
    (total, _nps) = many["cities"]
    assert [row["name"] for row in total["rows"]] == ["上海", "北京"]
    assert total["left"] == 2, "the smallest, and the one that would tell of it"


cells = st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"))


@given(st.dictionaries(cells, st.integers(1, 40)), st.integers(2, 15))
def test_no_cell_can_be_counted_back_from_either_total(
    sizes: dict[tuple[str, str], int], minimum: int
) -> None:
    kept = _kept(sizes, minimum)
    assert all(sizes[cell] >= minimum for cell in kept)
    for side in (0, 1):
        for name in {cell[side] for cell in sizes}:
            line = {cell: n for cell, n in sizes.items() if cell[side] == name}
            left = sum(n for cell, n in line.items() if cell not in kept)
            assert left == 0 or left >= minimum or not kept & set(line)


@pytest.mark.parametrize(("levels", "found"), [((), 80.0), ((9.0, 8.5, 0.0), 85.0), ((7.0,), 70.0)])
def test_the_threshold_is_the_second_level_of_the_questionnaire(
    levels: tuple[float, ...], found: float
) -> None:
    own = tuple(Level(id=f"l{i}", least=least) for i, least in enumerate(levels))
    assert threshold_of(DOCUMENT.model_copy(update={"levels": own})) == found
