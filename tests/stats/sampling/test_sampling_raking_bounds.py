"""Raking within bounds: the nearest weights that meet the margins, or the margin that cannot be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.sampling.raking import rake
from surveyapp.stats.sampling.weights import kish

tables = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=6, max_size=40
)


def totals(groups, weights):
    return {
        name: {one: float(weights[np.array(of) == one].sum()) for one in dict.fromkeys(of)}
        for name, of in groups.items()
    }


def distance(g, base):
    return float((base * (g * np.log(g) - g + 1)).sum())


@settings(max_examples=60, deadline=None)
@given(
    tables, st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.8]), st.sampled_from([1.2, 4])
)
def test_margins_that_weights_within_the_bounds_meet_are_met_by_nearer_ones(rows, seed, low, high):
    rng = np.random.default_rng(seed)
    base = rng.uniform(1, 5, len(rows))
    hidden = rng.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low), len(rows))
    groups = {"g": [g for g, _ in rows], "h": [h for _, h in rows]}
    raked = rake(groups, totals(groups, base * hidden), base, bounds=(low, high))
    assert raked.feasible
    assert low - 1e-12 <= raked.ratio[0] <= raked.ratio[1] <= high + 1e-12
    assert distance(raked.weights / base, base) <= distance(hidden, base) + 1e-6
    assert len(raked.course) <= raked.rounds == raked.course[-1][0]
    assert raked.course[-1][1] <= 1e-9


@settings(max_examples=30, deadline=None)
@given(tables, st.integers(0, 2**32 - 1))
def test_wide_bounds_change_nothing(rows, seed):
    hidden = np.random.default_rng(seed).uniform(0.5, 3, len(rows))
    groups = {"g": [g for g, _ in rows], "h": [h for _, h in rows]}
    margins = totals(groups, hidden)
    free, bound = rake(groups, margins), rake(groups, margins, bounds=(0, 1e6))
    assert bound.weights == pytest.approx(free.weights, rel=1e-6)
    assert bound.at_bounds == free.at_bounds == (0, 0)


def test_the_report_tells_who_sits_at_the_bounds_and_how_it_went():
    groups = {"g": list("aaaabbbb"), "h": list("xyyyxxxy")}
    margins = {"g": {"a": 4, "b": 4}, "h": {"x": 3.5, "y": 4.5}}
    raked = rake(groups, margins, bounds=(0.6, 1.2))
    assert raked.feasible
    held = raked.weights
    assert rake(groups, margins).weights[7] > 1.2  # the one y of b, were there no bounds
    assert raked.at_bounds == (0, 1)
    assert held[7] == 1.2
    assert raked.deff == kish(held.tolist()).deff


def test_a_margin_that_bounds_rule_out_ends_after_one_round_and_is_named():
    raked = rake({"g": list("aab")}, {"g": {"a": 1, "b": 2}}, bounds=(0.9, 1.1))
    assert (raked.rounds, raked.feasible) == (1, False)
    assert raked.findings[0].place == "margin:g"
    assert raked.at_bounds == (2, 1)


def test_margins_that_contradict_each_other_end_before_the_rounds_do():
    groups = {"g": list("aabb"), "h": list("xxyy")}
    raked = rake(groups, {"g": {"a": 2, "b": 2}, "h": {"x": 2.5, "y": 1.5}}, bounds=(0.3, 3))
    assert not raked.feasible
    assert raked.rounds < 100
    rounds = [place for place, _ in raked.course]
    assert rounds[:5] == [1, 2, 3, 4, 5]
    assert len(rounds) < 20
    assert rounds[-1] == raked.rounds


def test_hardly_any_room_takes_shorter_steps_but_is_found():
    rng = np.random.default_rng(3)
    base = np.exp(rng.normal(0, 3, 120))
    hidden = base * np.where(rng.random(120) < 0.5, 0.301, rng.uniform(0.3, 1.99, 120))
    groups = {name: [str(one) for one in rng.integers(0, 5, 120)] for name in ("g", "h", "k")}
    assert rake(groups, totals(groups, hidden), base, bounds=(0.3, 2)).feasible


@pytest.mark.parametrize("bounds", [(1, 1), (2, 1), (-1, 1)])
def test_bounds_that_are_none_are_refused(bounds):
    with pytest.raises(ValueError, match="the smaller first"):
        rake({"g": ["a"]}, {"g": {"a": 1}}, bounds=bounds)
