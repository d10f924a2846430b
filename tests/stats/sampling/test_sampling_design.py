"""Designs with clusters, and raking: what does not fit is refused, what holds is held."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.sampling.design import design_of, estimate
from surveyapp.stats.sampling.raking import rake


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="equally long"):
        design_of(2, strata=["a"])
    with pytest.raises(ValueError, match="one per row"):
        design_of(2, weights=[1])
    with pytest.raises(ValueError, match="equally long"):
        estimate([1.0], design_of(2))
    with pytest.raises(ValueError, match="one per row"):
        rake({"g": ["a", "b"]}, {"g": {"a": 1, "b": 1}}, [1, float("nan")])


def test_clusters_with_one_row_each_are_rows():
    y, w, s = [3.0, 5, 8, 1, 9], [2.0, 2, 3, 3, 3], ["a", "a", "b", "b", "b"]
    rows = estimate(y, design_of(5, strata=s, weights=w))
    clusters = estimate(y, design_of(5, strata=s, weights=w, clusters=list("vwxyz")))
    assert rows == clusters


def test_a_cluster_name_means_another_cluster_in_another_stratum():
    design = design_of(4, strata=["a", "a", "b", "b"], clusters=[1, 2, 1, 2])
    assert len(design.unit_stratum) == 4


tables = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=6, max_size=40)


@settings(max_examples=60)
@given(tables, st.integers(0, 2**32 - 1))
def test_margins_that_some_weights_meet_are_met(rows, seed):
    """Margins taken from positive weights of the same rows can be met."""
    hidden = np.random.default_rng(seed).uniform(0.5, 3, len(rows))
    groups = {"g": [g for g, _ in rows], "h": [h for _, h in rows]}
    margins = {
        name: {
            c: float(sum(w for w, k in zip(hidden, cats, strict=True) if k == c)) for c in set(cats)
        }
        for name, cats in groups.items()
    }
    raked = rake(groups, margins)
    assert raked.feasible
    assert (raked.weights > 0).all()
    again = rake(groups, margins, raked.weights)
    assert again.rounds == 1
