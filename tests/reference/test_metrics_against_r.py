"""NPS, CSAT and CES against R (closed forms, t.test, prop.test, survey::svymean)."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from surveyapp.stats.descriptives import describe
from surveyapp.stats.scores import net_promoter, top_box

pytestmark = pytest.mark.reference
FOLDER = os.environ.get("SURVEYAPP_REFERENCE_DATA")
if not FOLDER:
    pytest.skip("SURVEYAPP_REFERENCE_DATA names no folder", allow_module_level=True)
ROOT = Path(FOLDER) / "reference"
CASES = {case["id"]: case for case in json.loads((ROOT / "metrics.json").read_text())}


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def data(case):
    return pd.read_csv(ROOT / CASES[case]["data"], skip_blank_lines=False)


@pytest.mark.parametrize("case", ["nps_bfi_E4E5", "nps_bfi_weighted"])
def test_nps(case):
    expected = CASES[case]["expected"]
    result = net_promoter(data(case)["value"])
    assert result.estimate.n == expected["n"]
    groups = result.promoters, result.passives, result.detractors
    assert groups == (expected["promoters"], expected["passives"], expected["detractors"])
    assert result.estimate.value == near(expected["nps"])
    assert result.estimate.standard_error == near(expected["se_n_minus_1"])
    interval = result.estimate.interval
    assert [interval.low, interval.high] == near(expected["ci95_t"])
    n = expected["n"]
    assert result.variance * (n - 1) / n == near(expected["se_n"] ** 2)


def test_weighted_nps():
    expected = CASES["nps_bfi_weighted"]["expected"]["weighted"]
    frame = data("nps_bfi_weighted")
    result = net_promoter(frame["value"], frame["weight"]).estimate
    assert result.value == near(expected["nps"])
    assert result.n_effective == near(expected["n_eff_kish"])
    assert result.standard_error == near(expected["se_survey"])


def test_csat():
    expected = CASES["csat_fair_1_5"]["expected"]
    result = top_box(data("csat_fair_1_5")["value"], 1, 5)
    assert (result.n, result.count) == (expected["n"], expected["top"])
    assert result.value * 100 == near(expected["csat_pct"])
    assert [result.interval.low * 100, result.interval.high * 100] == near(expected["wilson95"])


def test_ces():
    expected = CASES["ces_talor_1_7"]["expected"]
    answers = data("ces_talor_1_7")["value"]
    result = describe(answers)
    assert result.n == expected["n"]
    assert result.mean.value == near(expected["ces_mean"])
    assert result.sd == near(expected["sd"])
    interval = result.mean.interval
    assert [interval.low, interval.high] == near(expected["t_ci95"])


def test_no_answers():
    assert net_promoter(data("nps_empty")["value"]).estimate.value is None
