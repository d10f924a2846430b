"""The bootstrap interval of alpha: against R, over any number of draws at a time, where none is."""

import numpy as np
import pytest

from surveyapp.stats import alpha_bootstrap as module
from surveyapp.stats.accumulate import gather
from surveyapp.stats.alpha_bootstrap import alpha_bootstrap
from surveyapp.stats.reliability import reliability


@pytest.fixture
def answers():
    random = np.random.default_rng(2)
    own = 3 + random.normal(size=(40, 1)) + random.normal(size=(40, 4))
    return np.clip(np.round(own), 1, 5)


def test_r_has_nearly_the_same_from_other_draws(answers):
    """40,000 samples in R 4.2.2; alpha(x, n.iter = 2000) of psych 2.2.9: 0.519 to 0.825."""
    found = alpha_bootstrap(answers, replicates=20_000)
    assert [found.low, found.high] == pytest.approx([0.5153054, 0.8285411], abs=0.004)
    assert found.low < reliability(gather(answers), list("abcd")).alpha < found.high
    assert found.method == "bootstrap"


def test_the_draws_are_the_same_however_many_go_at_a_time(answers, monkeypatch):
    whole = alpha_bootstrap(1e6 + answers, replicates=50)
    monkeypatch.setattr(module, "CELLS", 1)
    again = alpha_bootstrap(answers, replicates=50)
    assert [again.low, again.high] == pytest.approx([whole.low, whole.high], rel=1e-9)


def test_what_cannot_vary_has_no_interval(answers):
    assert alpha_bootstrap(answers[:2]) is None
    assert alpha_bootstrap(answers[:, :1]) is None
    assert alpha_bootstrap(np.column_stack([answers[:, 0], -answers[:, 0]])) is None
