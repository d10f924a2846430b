"""Geometry of lines: one scale, breaks where nothing is, ends of intervals that are not made up."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports import trends
from surveyapp.reports.line_chart import line_chart, scale_of, sparkline


def point(name: str, mean: float | None, reach: float = 3.0) -> dict[str, Any]:
    ends = {"low": None, "high": None}
    if mean is not None:
        ends = {"low": max(mean - reach, 0), "high": min(mean + reach, 100)}
    return {"name": name, "n": 40, "mean": mean, **ends}


def line(*means: float | None, **more: Any) -> dict[str, Any]:
    points = [point(f"2026-{place:02d}", mean) for place, mean in enumerate(means, 1)]
    return {"points": points, "threshold": None, "ahead": None, **more}


AHEAD = {"value": 76.0, "low": 40.0, "high": 88.0, "periods": 4}


def test_the_scale_is_in_tens_and_holds_what_is_drawn() -> None:
    assert scale_of([line(83, 91), line(88, threshold=80.0)], (0, 100)) == (80, 100)
    assert scale_of([line(83, ahead=AHEAD)], (0, 100)) == (70, 90)
    assert scale_of([line(None)], (0, 100)) == (0, 100)
    assert scale_of([line(50, threshold=50.0)], (0, 100)) == (40, 60)
    flat = {"points": [{"low": 100, "mean": 100, "high": 100}]}
    assert scale_of([flat], (0, 100)) == (90, 100)


@given(st.lists(st.none() | st.floats(0, 100), min_size=1, max_size=6), st.booleans())
def test_everything_is_inside_and_every_figure_has_a_dot(
    means: list[float | None], running: bool
) -> None:
    one = line(*means, threshold=80.0, ahead=AHEAD)
    chart = line_chart(one, scale_of([one], (0, 100)), running=running)
    assert [dot.y is not None for dot in chart.dots] == [mean is not None for mean in means]
    assert all(0 <= dot.x <= chart.width for dot in chart.dots)
    assert all(0 <= dot.y <= chart.bottom for dot in chart.dots if dot.y is not None)
    assert chart.dots[-1].hollow == running
    drawn = sum(len(run.split()) for run in chart.lines)
    assert drawn == sum(mean is not None for mean in means)
    assert len(chart.bands) == len(chart.lines)
    small = sparkline(one["points"], (0, 100))
    assert [dot.y is None for dot in small.dots] == [mean is None for mean in means]


def test_a_line_breaks_where_a_period_is_withheld() -> None:
    chart = line_chart(line(90, 88, None, 85), (80, 100), running=False)
    assert [len(run.split()) for run in chart.lines] == [2, 1]
    assert chart.limit is None
    assert chart.ahead is None


def test_an_interval_that_the_scale_cuts_has_no_cap_there() -> None:
    one = line(90, 88, 84, 81, threshold=80.0, ahead=AHEAD)
    chart = line_chart(one, (70, 100), running=True)
    assert chart.ahead is not None
    assert chart.ahead.low == chart.bottom
    assert chart.ahead.caps == (chart.ahead.high,)
    assert chart.ahead.from_x == chart.dots[2].x, "the running period is not what it begins at"


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (76.0, 70.0, 79.0, "below 80 with its whole interval"),
        (76.0, 70.0, 82.0, "below 80, but its interval reaches it"),
        (84.0, 78.0, 90.0, "not below 80, but its interval reaches below"),
        (84.0, 81.0, 87.0, "above 80 with its whole interval"),
    ],
)
def test_a_projection_is_held_against_the_threshold(
    app: Flask, value: float, low: float, high: float, said: str
) -> None:
    ahead = {"value": value, "low": low, "high": high, "periods": 6}
    one = line(90, 79, threshold=80.0, every=ahead, closed=None)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        now = trends.headed(one, running=False)
        assert trends.meaning(now) == said
        assert trends.falls(now) == (value < 80)
        assert trends.below_already(now)
        assert trends.heading(now, "2026-03").endswith(f"in 2026-03: {said}.")
        before = trends.headed(one, running=True)
        assert not trends.below_already(before), "the running period is not over"
        assert trends.projected(before) == "–"
        assert "takes 4 periods" in trends.heading(before, "2026-03")
        bare = trends.headed({**one, "threshold": None}, running=False)
        assert trends.heading(bare, "2026-03").endswith("in 2026-03.")
        assert not trends.falls(bare)
