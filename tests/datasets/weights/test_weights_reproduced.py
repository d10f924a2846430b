"""Notebook and R script beside an export give the headline again, whatever the weights are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.reproducing.plan import plan_of
from surveyapp.datasets.numbers import headline
from surveyapp.datasets.weighting import weighting
from surveyapp.datasets.weights.recipe import USUAL
from tests.datasets.test_reproducing import compare, exported, run_notebook
from tests.datasets.test_reproducing_in_r import run_script
from tests.datasets.weights.studies import CASES, RAKED, study


@pytest.mark.parametrize("case", CASES)
def test_the_notebook_gives_the_headline_again(case: str, tmp_path: Path) -> None:
    data = CASES[case]()
    compare(run_notebook(exported(data, tmp_path)["notebook"]), headline(data))


@pytest.mark.parametrize("case", CASES)
def test_r_gives_the_headline_again(case: str, tmp_path: Path) -> None:
    data = CASES[case]()
    compare(run_script(exported(data, tmp_path)["r"]), headline(data))


def test_both_leave_out_what_is_excluded(tmp_path: Path) -> None:
    data = study(RAKED)
    out = data.ids[:9]
    kept = data.only(np.array([i not in out for i in data.ids]))
    files = exported(data, tmp_path, out)
    compare(run_notebook(files["notebook"]), headline(kept))
    compare(run_script(files["r"]), headline(kept))


def test_cases_are_what_they_are_called() -> None:
    """Or the tests above would compare weights that were never raked."""
    for name, case in CASES.items():
        data = case()
        calibrated = weighting(data).chain.calibration is not None
        assert calibrated == name.startswith("raked"), name
        assert (plan_of(Content(data, {}, {}, (), "en"), "", "")["raked"] is None) != calibrated


def test_a_raking_makes_standard_errors_of_its_own() -> None:
    """What the residuals are for: without them the same weights would give another error."""
    raked = headline(study(RAKED))["weighted_total"]
    plain = headline(study(USUAL))["weighted_total"]
    assert raked["se"] != pytest.approx(plain["se"], rel=1e-3)
