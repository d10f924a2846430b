"""Alpha, KMO and Bartlett against R psych 2.2.9, case by case, and a published table."""

import json
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.reliability import reliability, reverse

pytestmark = pytest.mark.reference
FOLDER = os.environ.get("SURVEYAPP_REFERENCE_DATA")
if not FOLDER:
    pytest.skip("SURVEYAPP_REFERENCE_DATA names no folder", allow_module_level=True)
ROOT = Path(FOLDER)


def cases(name):
    found = json.loads((ROOT / "reference" / f"{name}.json").read_text())
    return [pytest.param(case, id=case["id"]) for case in found]


def moments_of(case):
    frame = pd.read_csv(ROOT / "reference" / case["data"], skip_blank_lines=False)
    data = frame[case["items"]].to_numpy(dtype=float)
    moments = gather(data, pair_variances=True)
    if case["reverse"]:
        ends = case["scale_min"], case["scale_max"]
        moments = reverse(moments, case["items"], case["reverse"], ends)
    return moments


def same(value, expected, tolerance=1e-9):
    assert value == pytest.approx(expected, abs=tolerance * max(1.0, abs(expected)))


@pytest.mark.parametrize("case", cases("reliability"))
def test_reliability_equals_psych(case):
    expected = case["expected"]
    result = reliability(moments_of(case), case["items"], missing=case["missing"])
    assert result.n_rows == expected["n_rows"]
    if "psych_error" in expected:
        assert result.alpha is None
        assert result.findings
        return
    assert result.n == expected["n_used_for_ci"]
    assert result.n_complete == expected["n_complete"]
    assert result.k == expected["k_used"]
    dropped = [f.params["item"] for f in result.findings if f.code == "items.constant_item"]
    assert dropped == expected["items_dropped_zero_variance"]
    same(result.alpha, expected["raw_alpha"])
    same(result.standardised, expected["std_alpha"])
    same(result.average_r, expected["average_r"])
    same(result.interval.low, expected["feldt_ci95"]["lower"])
    same(result.interval.high, expected["feldt_ci95"]["upper"])
    for item in result.items:
        compare_item(item, expected["items"].get(item.id), result.k)


def compare_item(item, expected, k):
    if expected is None:  # psych does not list an item without variance
        assert item.item_total_r is item.alpha_if_deleted is None
        return
    assert item.n == expected["n"]
    same(item.mean, expected["mean"])
    same(item.sd, expected["sd"])
    same(item.item_total_r, expected["r_drop_corrected_item_total"])
    if k == 2:
        assert item.alpha_if_deleted is None
    else:
        same(item.alpha_if_deleted, expected["alpha_if_deleted"])


@pytest.mark.parametrize("case", cases("dimensionality"))
def test_dimensionality_equals_psych(case):
    expected = case["expected"]
    result = dimensionality(moments_of(case), case["items"], missing=case["missing"])
    if expected["r_has_na"]:
        assert [f.code for f in result.findings][:1] == ["items.constant_item"]
        same(result.kmo, 0.7951350463379147)  # bfi_N_listwise: the same items without K
        return
    test = expected["bartlett"]
    assert result.n == test["n"]
    assert result.bartlett.df == test["df"]
    same(result.bartlett.chi_square, test["chisq"])
    same(result.bartlett.log10_p, test["log10_p"])
    same(result.bartlett.p, test["p"])
    same(result.kmo, expected["kmo"]["overall"])
    for item, value in expected["kmo"]["per_item"].items():
        same(result.msa[item], value)


PUBLISHED = [  # Tenenhaus et al. 2005; raw alpha and KMO from R psych 2.2.9
    ("IMAG", 5, 0.723, 0.7144468, 0.7674763),
    ("CUEX", 3, 0.452, 0.4325968, 0.5472894),
    ("PERQ", 7, 0.877, 0.8724064, 0.8905254),
    ("PERV", 2, 0.824, 0.8166945, 0.5),
    ("CUSA", 3, 0.779, 0.7701131, 0.6940527),
    ("CUSL", 3, 0.472, 0.4417172, 0.5045845),
]


@pytest.fixture(scope="module")
def mobile():
    return pd.read_csv(ROOT / "ecsi-mobile.csv")


@pytest.mark.parametrize(("letters", "k", "published", "raw", "kmo"), PUBLISHED)
def test_the_published_table_comes_out(mobile, letters, k, published, raw, kmo):
    items = [name for name in mobile.columns if name.rstrip("0123456789") == letters]
    moments = gather(mobile[items].to_numpy())
    result = reliability(moments, items)
    assert result.k == k
    assert round(result.standardised, 3) == published
    assert result.alpha == pytest.approx(raw, abs=5e-8)
    assert dimensionality(moments, items).kmo == pytest.approx(kmo, abs=5e-8)


def test_the_whole_published_questionnaire(mobile):
    result = dimensionality(gather(mobile.to_numpy()), list(mobile.columns))
    assert result.kmo == pytest.approx(0.9232132, abs=5e-8)
    assert result.bartlett.chi_square == pytest.approx(2868.585, abs=5e-4)
    assert result.bartlett.df == 276
    assert math.isfinite(result.bartlett.log10_p)
    assert np.isfinite(list(result.msa.values())).all()
