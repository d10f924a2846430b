"""Omega, lambda 6, polychoric correlations and parallel analysis against psych and lavaan."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surveyapp.stats import coefficients
from surveyapp.stats.parallel import parallel
from surveyapp.stats.polychoric import polychoric

pytestmark = pytest.mark.reference


def cases(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / name).read_text())
    return found


def answers(folder: Path, case: dict[str, Any]) -> Any:
    with (folder / case["data"]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [[r[i] for i in case["items"]] for r in rows]
    x = np.array([[np.nan if c in ("", "NA") else float(c) for c in row] for row in cells])
    for item in case.get("reverse") or ():
        at = case["items"].index(item)
        x[:, at] = case["scale_min"] + case["scale_max"] - x[:, at]
    return x


def complete(x: Any) -> Any:
    return x[np.isfinite(x).all(axis=1)]


def with_expected(folder: Path, key: str) -> list[dict[str, Any]]:
    found = [c for c in cases(folder, "dimensionality.json") if key in c["expected"]]
    assert found
    return found


def test_one_factor_omega_equals_lavaan(reference_folder: Path) -> None:
    for case in with_expected(reference_folder, "omega_one_factor_ml"):
        expected = case["expected"]["omega_one_factor_ml"]
        x = complete(answers(reference_folder, case))
        found = coefficients.omega_one_factor(np.cov(x.T))
        assert found == pytest.approx(expected["omega_total"], abs=expected["tolerance"])


@pytest.mark.parametrize("factors", [1, 3, 5])
def test_omega_equals_psych(reference_folder: Path, factors: int) -> None:
    for case in with_expected(reference_folder, f"psych_omega_nf{factors}"):
        expected = case["expected"][f"psych_omega_nf{factors}"]
        R = np.corrcoef(complete(answers(reference_folder, case)).T)
        found = coefficients.omega(R, factors)
        near = {"abs": expected["tolerance"]}
        if not found.identified:  # many solutions fit equally well; psych ends at another one
            continue
        assert found.hierarchical == pytest.approx(expected["omega_h"], **near), case["id"]
        assert found.total == pytest.approx(expected["omega_total"], **near), case["id"]


def test_polychoric_correlations_and_ordinal_alpha_equal_psych(reference_folder: Path) -> None:
    for case in with_expected(reference_folder, "polychoric"):
        expected = case["expected"]["polychoric"]
        R = polychoric(answers(reference_folder, case))
        rows = np.array([expected["rho"][item] for item in case["items"]])
        assert np.abs(R - rows).max() < expected["tolerance"]
        alpha = coefficients.standardised_alpha(R)
        assert alpha == pytest.approx(expected["ordinal_alpha"], abs=expected["tolerance"])


def test_parallel_analysis_agrees_with_psych(reference_folder: Path) -> None:
    for case in with_expected(reference_folder, "parallel"):
        expected = case["expected"]["parallel"]
        x = complete(answers(reference_folder, case))
        found = parallel(np.corrcoef(x.T), len(x))
        assert np.abs(found.random - expected["pc_eigen_random_mean"]).max() < 0.03, case["id"]
        assert found.components == expected["n_components"], case["id"]
        assert found.factors == expected["n_factors"], case["id"]


def test_lambda6_equals_psych_wherever_it_is_defined(reference_folder: Path) -> None:
    checked = 0
    for case in cases(reference_folder, "reliability.json"):
        expected = case["expected"]
        plain = expected.get("k_used") == expected["k"] and case["missing"] == "listwise"
        if plain and expected["g6_and_smc_asserted"] and expected["k"] > 2:
            R = np.corrcoef(complete(answers(reference_folder, case)).T)
            assert coefficients.lambda6(R) == pytest.approx(expected["g6_smc"], rel=1e-9)
            checked += 1
    assert checked
