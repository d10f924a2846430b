"""The straight line and its interval, against R's lm and predict (4.2.2)."""

from __future__ import annotations

import math
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.projection import LEAST, Projection, project

SIX = (86.2, 85.1, 85.4, 83.0, 82.7, 81.9)
FOUR = ((0, 1, 3, 5), (78.4, 80.2, 79.1, 83.5))
figures = st.lists(st.floats(0, 100), min_size=LEAST, max_size=8)
R = """x <- c({x}); y <- c({y})
p <- predict(lm(y ~ x), data.frame(x = {to}), interval = "prediction")
cat(sprintf("%.12f", p))"""


def test_six_months_as_r_predicts_the_seventh() -> None:
    found = project(range(6), SIX, 6)
    assert found is not None
    assert found.value == pytest.approx(80.94, abs=1e-10)
    assert found.low == pytest.approx(78.796076143393, abs=1e-10)
    assert found.high == pytest.approx(83.083923856607, abs=1e-10)
    assert found.slope == pytest.approx(-0.888571428571, abs=1e-10)
    assert found.periods == 6


def test_four_periods_with_gaps_as_r_predicts_them() -> None:
    found = project(*FOUR, 6)
    assert found is not None
    assert (found.value, found.low, found.high, found.slope) == pytest.approx(
        (83.427118644068, 73.285351350446, 93.568885937690, 0.833898305085), abs=1e-10
    )


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_itself_says_the_same() -> None:
    for x, y, to in ((range(6), SIX, 6), (*FOUR, 7), ((0, 1, 2, 4, 5), SIX[1:], 9)):
        script = R.format(x=",".join(map(str, x)), y=",".join(map(str, y)), to=to)
        said = subprocess.run(
            ["Rscript", "-e", script.replace("%.12f", "%.12f ")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = project(x, y, to)
        assert found is not None
        assert (found.value, found.low, found.high) == pytest.approx(
            tuple(map(float, said.stdout.split())), abs=1e-9
        )


def test_a_line_without_scatter_has_no_width() -> None:
    assert project(range(4), (90, 88, 86, 84), 4) == Projection(82, 82, 82, -2, 4)


def test_ends_stay_on_the_scale() -> None:
    found = project(*FOUR, 40, bounds=(0, 100))
    assert found is not None
    assert found.value == found.high == 100
    assert 0 <= found.low < 100


@pytest.mark.parametrize("at", [(), (0, 1, 2), (3, 3, 3, 3)])
def test_too_few_periods_have_no_line(at: tuple[int, ...]) -> None:
    assert project(at, [80.0] * len(at), 9) is None


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="equally long"):
        project((1, 2), (80.0,), 3)


@given(figures, st.floats(-50, 50))
def test_a_shift_moves_the_line_and_nothing_else(values: list[float], by: float) -> None:
    one = project(range(len(values)), values, len(values))
    other = project(range(len(values)), [y + by for y in values], len(values))
    assert one is not None
    assert other is not None
    assert one.low <= one.value <= one.high
    assert other.value == pytest.approx(one.value + by, abs=1e-6)
    assert other.high - other.low == pytest.approx(one.high - one.low, abs=1e-6)
    assert math.isfinite(other.slope)
