"""From stored figures to short texts and charts; an empty base says so instead of inventing."""

from __future__ import annotations

import math
from typing import Any

import pytest
from flask_babel import force_locale

from surveyapp.reports import figures
from surveyapp.reports.figures import STEP_NAMES

LABELS = {step: step.title() for step in STEP_NAMES}
NOBODY = dict.fromkeys(STEP_NAMES, 0)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (None, 1, "–"),
        (0, 1, "0.0"),
        (83.25, 1, "83.2"),
        (-12.04, 1, "−12.0"),
        (1234567.8, 0, "1,234,568"),
        (0.7004, 3, "0.700"),
        (-0.04, 1, "0.0"),
        (math.nan, 1, "–"),
        (math.inf, 1, "–"),
    ],
)
def test_numbers(value: float | None, digits: int, shown: str) -> None:
    assert figures.number(value, digits) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(None, "–"), (0, "0.0 %"), (0.1234, "12.3 %"), (1.0, "100.0 %")]
)
def test_shares(share: float | None, shown: str) -> None:
    assert figures.percent(share) == shown


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        ({"low": -1.26, "high": 3}, "[−1.3, 3.0]"),
        ({"low": 1, "high": None}, ""),
        ({"low": None, "high": 1}, ""),
        ({}, ""),
    ],
)
def test_intervals(estimate: dict[str, Any], shown: str) -> None:
    assert figures.interval(estimate) == shown


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (None, "–"),
        (0.0, "p < 0.001"),
        (0.00099, "p < 0.001"),
        (0.001, "p = 0.001"),
        (1, "p = 1.000"),
    ],
)
def test_p_values(p: float | None, shown: str) -> None:
    assert figures.p_value(p) == shown


@pytest.mark.parametrize(
    ("scale", "says", "badge"),
    [
        ({"alpha": None}, "cannot be computed", "warn"),
        ({"alpha": 0.69, "low": 0.6}, "below 0.70", "warn"),
        ({"alpha": 0.75, "low": 0.65}, "about 0.70", "note"),
        ({"alpha": 0.75, "low": 0.71}, "above 0.70", "good"),
        ({"alpha": 0.7, "low": None}, "above 0.70", "good"),
        ({}, "cannot be computed", "warn"),
    ],
)
@pytest.mark.usefixtures("app")
def test_alpha_against_its_threshold(scale: dict[str, Any], says: str, badge: str) -> None:
    with force_locale("en"):
        assert figures.alpha_verdict(scale) == (says, badge)
    with force_locale("zh_Hans_CN"):
        assert figures.alpha_verdict(scale)[0] != says


def test_the_funnel_says_each_step_in_per_cent_of_the_sample() -> None:
    totals = dict(zip(STEP_NAMES, (200, 150, 140, 90, 80, 50), strict=True))
    chart = figures.funnel_chart(totals, LABELS)
    assert [row.bar.shown for row in chart.rows] == ["200", "150", "140", "90", "80", "50"]
    assert [row.bar.note for row in chart.rows][-1] == "25.0 %"
    lengths = [row.length for row in chart.rows]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] == pytest.approx(lengths[0] / 4, abs=0.1)


def test_the_funnel_of_nobody_has_no_shares_and_no_bars() -> None:
    chart = figures.funnel_chart(NOBODY, LABELS)
    assert [row.bar.note for row in chart.rows] == [""] * 6
    assert [row.length for row in chart.rows] == [0] * 6
    assert all(math.isfinite(x) for x, _ in chart.ticks)


def test_dimensions_carry_weight_n_and_interval() -> None:
    scored = {
        "title": {"en": "Speed"},
        "weight": 25.0,
        "mean": 81.26,
        "low": 80,
        "high": 82,
        "n": 1234,
    }
    empty = {
        "title": {"en": "Skill"},
        "weight": 75.0,
        "mean": None,
        "low": None,
        "high": None,
        "n": 0,
    }
    chart = figures.dimension_chart([scored, empty], lambda title: title["en"])
    first, second = chart.rows
    said = (first.bar.label, first.bar.shown, first.bar.note)
    assert said == ("Speed (25 %)", "81.3", "n = 1,234")
    assert first.low is not None
    assert first.high is not None
    assert first.low < first.x + first.length < first.high
    assert (second.bar.shown, second.length, second.low, second.high) == ("–", 0, None, None)


def frequency(variable: str, codes: range, n: int) -> dict[str, Any]:
    return {"variable": variable, "counts": [{"code": c, "n": n} for c in codes]}


def test_the_recommendation_is_the_question_from_0_to_10() -> None:
    stored = {"frequencies": [frequency("overall", range(1, 6), 9), frequency("nps", range(11), 2)]}
    chart = figures.nps_chart(stored)
    assert chart is not None
    assert (chart.base, len(chart.columns)) == (22, 11)
    assert sum(column.share for column in chart.columns) == pytest.approx(100)
    assert figures.nps_chart({"frequencies": stored["frequencies"][:1]}) is None
    assert figures.nps_chart({}) is None


def test_a_distribution_of_nothing_draws_nothing() -> None:
    empty = {"distribution": [{"from": low, "to": low + 10, "n": 0} for low in range(0, 100, 10)]}
    chart = figures.score_chart(empty)
    assert chart.base == 0
    assert {(column.share, column.height) for column in chart.columns} == {(0.0, 0.0)}
    assert figures.score_chart({}).columns == ()
