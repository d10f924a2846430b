"""Calibrated designs of R's api data: every figure's error against the package survey itself."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from surveyapp.stats.sampling.calibration import calibrated
from surveyapp.stats.sampling.contrasts import association, difference, quantile, ratio
from surveyapp.stats.sampling.design import design_of, estimate
from surveyapp.stats.sampling.domains import domain_means
from surveyapp.stats.sampling.raking import rake
from surveyapp.stats.sampling.replication import estimate_by
from tests.real_r import run_r

SCRIPT = Path(__file__).with_name("calibration.R")
DESIGNS = ("strat", "clus", "mixed", "lonely")
WAYS = ("linear", "raking", "bounded", "tight", "poststratified")

NONE_FOUND = {("lonely", "bounded"), ("lonely", "tight"), ("clus", "tight")}
"""No weights within the bounds, by calibrate()."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    said, _ = run_r(str(SCRIPT), cwd=folder)
    tables = {}
    for name in DESIGNS:
        with (folder / f"{name}.csv").open(newline="") as file:
            tables[name] = list(csv.DictReader(file))
    cases = {}
    for line in said.splitlines():
        case = json.loads(line.replace("NA", "NaN"))
        cases[case["design"], case["calibration"]] = case
    return tables, cases


def column(rows, name):
    return np.array([float("nan") if row[name] == "NA" else float(row[name]) for row in rows])


def sampled(rows, name, case):
    names = [row["stype"] if name != "clus" else "all" for row in rows]
    margins = ["stype"] if case["calibration"] == "poststratified" else ["stype", "sch.wide"]
    return design_of(
        len(rows),
        strata=names,
        clusters=[row["dnum"] for row in rows] if name in ("clus", "mixed") else None,
        weights=case["weights"],
        population=None
        if name == "lonely"
        else {one: float(row["fpc"]) for one, row in zip(names, rows, strict=True)},
        calibration=calibrated(
            column(rows, "pw"), case["weights"], [[row[one] for row in rows] for one in margins]
        ),
    )


def figures(rows, design):
    """What calibration.R says, from ours."""
    api00, enroll = column(rows, "api00"), column(rows, "enroll")
    labels = {one: [row[one] for row in rows] for one in ("awards", "both", "stype")}
    mean, total = estimate(enroll, design), estimate(enroll, design, total=True)
    by = domain_means(api00, labels["awards"], design)
    order = [by.names.index(one) for one in ("No", "Yes")]
    rest = ratio(api00, column(rows, "api99"), design)
    middle = quantile(api00, 0.4, design)
    wide = estimate(api00, design, domain=[row["sch.wide"] == "Yes" for row in rows])
    return {
        "mean": [mean.value, mean.se, mean.deff, mean.df],
        "total": [total.value, total.se],
        "ratio": [rest.value, rest.se],
        "means": by.means[order],
        "ses": np.sqrt(by.covariance.diagonal())[order],
        "covariance": by.covariance[np.ix_(order, order)].ravel(),
        "quantile": [middle.value, middle.low, middle.high],
        "domain": [wide.value, wide.se],
        "association": _test(association(labels["awards"], labels["both"], design)),
        "typed": _test(association(labels["awards"], labels["stype"], design)),
    }


def _test(one):
    return [one.f, one.df1, one.df2, one.p]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", DESIGNS)
def test_every_error_equals_that_of_survey(found, name, way):
    tables, cases = found
    if (name, way) not in cases:
        assert (name, way) in NONE_FOUND
        return
    rows, case = tables[name], cases[name, way]
    design = sampled(rows, name, case)
    for figure, ours in figures(rows, design).items():
        assert list(ours) == pytest.approx(case[figure], rel=1e-9, abs=1e-13), figure


def test_rake_of_survey_regresses_without_base_weights_and_so_equals_only_where_they_are_equal(
    found,
):
    """svyrecvar sweeps out plain means of a class "raking": 1 to 4 % from calibrate() elsewhere."""
    tables, cases = found
    for name in DESIGNS:
        rows, case = tables[name], cases[name, "raked"]
        mean = estimate(column(rows, "enroll"), sampled(rows, name, case))
        assert mean.value == pytest.approx(case["mean"][0], rel=1e-9)
        away = abs(mean.se / case["mean"][1] - 1)
        assert away < 1e-9 if name == "clus" else 1e-3 < away < 0.05


def test_raking_within_bounds_gives_the_weights_of_calibrate(found):
    tables, cases = found
    for name, way, bounds in (
        ("strat", "raking", None),
        ("strat", "tight", (0.6, 1.5)),
        ("strat", "raked", None),
        ("clus", "bounded", (0.7, 1.6)),
    ):
        rows, case = tables[name], cases[name, way]
        totals = (4276, 900, 1018, 4600) if way == "tight" else (4421, 755, 1018, 5122)
        margins = {
            "stype": dict(zip("EHM", totals, strict=False)),
            "sch.wide": {"Yes": totals[3], "No": 6194 - totals[3]},
        }
        groups = {margin: [row[margin] for row in rows] for margin in margins}
        raked = rake(groups, margins, column(rows, "pw"), bounds=bounds)
        assert raked.weights == pytest.approx(case["weights"], rel=1e-7)
    assert rake(groups, margins, column(rows, "pw"), bounds=(0.999, 1.0001)).findings


def test_a_difference_has_the_covariance_of_svyby(found):
    tables, cases = found
    rows, case = tables["strat"], cases["strat", "raking"]
    yes = np.array([row["awards"] == "Yes" for row in rows])
    design = sampled(rows, "strat", case)
    first, both, _, second = case["covariance"]
    gap = difference(column(rows, "api00"), yes, ~yes, design)
    assert gap.se == pytest.approx((first + second - 2 * both) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("name", ["strat", "clus", "mixed"])
def test_replicates_raked_again_equal_those_of_calibrate(found, name):
    tables, cases = found
    rows, case = tables[name], cases[name, "jackknife"]
    design = sampled(rows, name, case)
    for figure in ("mean", "total"):
        ours = estimate_by("jackknife", column(rows, "api00"), design, total=figure == "total")
        assert ours.se == pytest.approx(case[figure][0], rel=1e-8)


def test_totals_of_the_margins_are_certain(found):
    tables, cases = found
    rows, case = tables["mixed"], cases["mixed", "raking"]
    design = sampled(rows, "mixed", case)
    for one in "EHM":
        inside = np.array([row["stype"] == one for row in rows], dtype=float)
        assert estimate(inside, design, total=True).se < 1e-9
    assert max(case["certain"]) < 1e-9
