"""The scree plot: every eigenvalue has its dot, inside the frame, chance beside it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports.scree import scree_plot


def test_larger_eigenvalues_lie_higher_and_numbers_run_from_one() -> None:
    plot = scree_plot([2.4, 0.4, 0.2], [1.2, 1.0, 0.8])
    assert [dot.number for dot in plot.own] == [1, 2, 3]
    assert plot.own[0].y < plot.own[1].y < plot.own[2].y
    assert [dot.x for dot in plot.own] == [dot.x for dot in plot.chance]
    assert [label for _, label in plot.ticks] == ["0", "1", "2", "3"]


def test_many_items_have_fewer_ticks() -> None:
    assert [label for _, label in scree_plot([9.5, 1.0], [1.3, 1.2]).ticks][:3] == ["0", "2", "4"]
    assert [label for _, label in scree_plot([24.0, 1.0], [1.5, 1.2]).ticks][:3] == ["0", "5", "10"]


def test_nothing_draws_an_empty_plot() -> None:
    assert scree_plot([], []).own == ()


@given(st.lists(st.floats(-0.5, 40), min_size=1, max_size=50))
def test_every_dot_is_inside(values: list[float]) -> None:
    plot = scree_plot(values, values)
    for dot in plot.own:
        assert 0 <= dot.x <= plot.width
        assert 0 <= dot.y <= plot.bottom
