"""Allocation, sample size and design-based estimates against R (survey 4.1-1) and Cochran."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from surveyapp.stats.sampling.allocation import Stratum, allocate, variance_of_mean
from surveyapp.stats.sampling.estimation import Estimate, estimate_mean
from surveyapp.stats.sampling.pps import horvitz_thompson, variance_with_replacement
from surveyapp.stats.sampling.size import sample_size
from surveyapp.stats.sampling.weights import kish

pytestmark = pytest.mark.reference


def cases(folder: Path, name: str, family: str) -> list[dict[str, Any]]:
    found = [c for c in json.loads((folder / name).read_text()) if c["family"] == family]
    assert found
    return found


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def close(value: float | None, expected: float) -> None:
    assert value is not None
    assert abs(value - expected) <= 1e-9 * max(1, abs(expected))


def test_allocations_equal_the_published_tables(reference_folder: Path) -> None:
    for case in cases(reference_folder, "sampling.json", "allocation"):
        keys = list(case["N_h"])
        strata = [Stratum((k,), case["N_h"][k], float(case["S_h"][k])) for k in keys]
        for method, name in (
            ("proportional", "proportional_largest_remainder"),
            ("equal", "equal"),
            ("neyman", "neyman_exact_integer"),
        ):
            table = allocate(strata, case["n"], method, case["min_per_stratum"])
            assert dict(zip(keys, table.sizes, strict=True)) == case["expected"][name], case["id"]
            assert table.n == case["expected"]["sum"]
            variance = case["expected"]["var_mean"]
            close(
                variance_of_mean(strata, table.sizes),
                variance["neyman_exact" if method == "neyman" else method],
            )


def test_cost_optimal_allocations_equal_the_formula(reference_folder: Path) -> None:
    found = [c for c in cases(reference_folder, "sampling.json", "allocation") if "cost" in c]
    assert found
    for case in found:
        keys = list(case["N_h"])
        strata = [
            Stratum((k,), case["N_h"][k], float(case["S_h"][k]), float(case["cost"][k]))
            for k in keys
        ]
        table = allocate(strata, case["n"], "cost", case["min_per_stratum"])
        expected = case["expected"]["cost_optimum_largest_remainder"]
        assert dict(zip(keys, table.sizes, strict=True)) == expected


def test_weights_of_a_stratified_draw_give_svytotals_with_replacement(
    reference_folder: Path,
) -> None:
    case = next(
        c
        for c in cases(reference_folder, "sampling.json", "survey_estimation")
        if c["id"] == "apistrat_nofpc"
    )
    data = rows(reference_folder, case["data"])
    expected, total, variance = case["expected"]["enroll"], 0.0, 0.0
    for stratum in sorted({r["stype"] for r in data}):
        part = [r for r in data if r["stype"] == stratum]
        y = [float(r["enroll"]) for r in part]
        chances = [1 / float(r["pw"]) for r in part]
        total += horvitz_thompson(y, chances)
        variance += variance_with_replacement(y, chances) or 0.0
    close(total, expected["total"])
    close(variance**0.5, expected["total_se"])


def test_sample_sizes_equal_cochrans(reference_folder: Path) -> None:
    for case in cases(reference_folder, "sample_size.json", "sample_size"):
        size = sample_size(
            case["margin"],
            share=case["p"],
            confidence=case["confidence"],
            population=case.get("population"),
            deff=case["deff"],
            response_rate=case["response_rate"],
        )
        close(size.exact, case["expected"]["n_real"])
        assert (size.n, size.invite) == (case["expected"]["n"], case["expected"]["invite"])


def compare(estimate: Estimate, expected: dict[str, Any]) -> None:
    close(estimate.mean, expected["mean"])
    close(estimate.se, expected["mean_se"])
    close(estimate.deff, expected["mean_deff"])
    close(estimate.low, expected["mean_ci95_t"][0])
    close(estimate.high, expected["mean_ci95_t"][1])
    close(estimate.total, expected["total"])
    assert estimate.df == expected["df"]


@pytest.mark.parametrize("design", ["apistrat_fpc", "apistrat_nofpc", "apisrs_fpc"])
@pytest.mark.parametrize("measure", ["api00", "enroll"])
def test_means_equal_svymean(reference_folder: Path, design: str, measure: str) -> None:
    case = next(
        c
        for c in cases(reference_folder, "sampling.json", "survey_estimation")
        if c["id"] == design
    )
    data = rows(reference_folder, case["data"])
    strata = [r["stype"] if design.startswith("apistrat") else "all" for r in data]
    sizes = {s: int(r["fpc"]) for s, r in zip(strata, data, strict=True)}
    estimate = estimate_mean(
        [float(r[measure]) for r in data],
        strata,
        weights=[float(r["pw"]) for r in data],
        population=None if design.endswith("nofpc") else sizes,
    )
    compare(estimate, case["expected"][measure])


def test_domains_shares_and_weights_equal_r(reference_folder: Path) -> None:
    case = cases(reference_folder, "sampling.json", "survey_estimation")[0]
    assert case["id"] == "apistrat_fpc"
    data = rows(reference_folder, case["data"])
    weights = [float(r["pw"]) for r in data]
    strata = [r["stype"] for r in data]
    sizes = {r["stype"]: int(r["fpc"]) for r in data}

    for column, name in (("awards", "api00_by_awards"), ("stype", "api00_by_stype")):
        for group, expected in case["expected"][name].items():
            values = [float(r["api00"]) if r[column] == group else math.nan for r in data]
            domain = estimate_mean(values, strata, weights=weights, population=sizes)
            close(domain.mean, expected["mean"])
            close(domain.se, expected["se"])

    wide = estimate_mean(
        [float(r["sch.wide"] == "Yes") for r in data], strata, weights=weights, population=sizes
    )
    close(wide.mean, case["expected"]["sch_wide"]["sch.wideYes"])
    close(wide.se, case["expected"]["sch_wide"]["se"]["sch.wideYes"])

    loss = kish(weights)
    assert loss is not None
    expected = case["expected"]["weights"]
    close(loss.total, expected["sum"])
    close(loss.deff, expected["kish_deff"])
    close(loss.n_effective, expected["n_eff"])
    close(loss.cv, expected["cv"])
