"""Person indices and response times against R (careless 1.2.2, stats::mahalanobis)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.careless.consistency import even_odd, person_total, synonyms
from surveyapp.stats.careless.distance import cut_off, mahalanobis
from surveyapp.stats.careless.runs import average_string, longstring
from surveyapp.stats.careless.speed import (
    below_share_of_median,
    faster_than,
    log_z,
    relative_speed,
    robust_log_z,
    tukey_fences,
)
from surveyapp.stats.careless.variability import intra_individual_variability

pytestmark = pytest.mark.reference
CASES = ("careless_bfi25", "careless_spi135_500", "careless_ehd20", "careless_attitude")


def number(text: str) -> float:
    return np.nan if text in ("", "NA") else float(text)


def load(path: Path) -> dict[str, NDArray[np.float64]]:
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    data = np.array([[number(cell) for cell in row] for row in rows])
    return dict(zip(header, data.T, strict=True))


def same(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("name", CASES)
def test_every_index_of_every_person(reference_folder: Path, name: str) -> None:
    cases = json.loads((reference_folder / "careless.json").read_text())
    case: dict[str, Any] = next(c for c in cases if c["id"] == name)
    expected = case["expected"]
    X = np.column_stack(list(load(reference_folder / case["data"]).values()))
    rows = load(reference_folder / case["expected_rows"])

    same(longstring(X), rows["longstring"])
    same(average_string(X), rows["avgstring"])
    same(intra_individual_variability(X), rows["irv"])
    same(person_total(X), rows["person_total_r_loo"])
    same(person_total(X, leave_out=False), rows["person_total_r_incl"])

    ends = np.cumsum(case["evenodd_factors"])
    scales = [range(e - s, e) for e, s in zip(ends, case["evenodd_factors"], strict=True)]
    same(even_odd(X, scales, least=2), rows["evenodd"])

    pairs = synonyms(X, case["critval_syn"])
    same(pairs.r, rows["psychsyn"])
    same(pairs.answered.astype(float), rows["psychsyn_pairs"])
    assert len(pairs.pairs) == expected["n_synonym_pairs"]
    opposite = synonyms(X, case["critval_ant"], antonyms=True)
    same(opposite.r, rows["psychant"])
    assert len(opposite.pairs) == (expected["n_antonym_pairs"] or 0)

    distances = mahalanobis(X)
    same(distances.d2, rows["mahad2_complete"])
    same(distances.p_values(), rows["mahad2_p"])
    assert distances.beyond(0.01).sum() == expected["mahad_flag_99"]
    assert distances.beyond(0.001).sum() == expected["mahad_flag_999"]
    assert cut_off(case["k"], 0.01) == pytest.approx(expected["chisq_cut_99"], rel=1e-9)


def test_response_times(reference_folder: Path) -> None:
    case = json.loads((reference_folder / "response_time.json").read_text())[0]
    expected = case["expected"]
    pages = np.column_stack(list(load(reference_folder / case["data"]).values()))
    total = pages.sum(axis=1)
    assert faster_than(total, 2 * case["n_items"]).sum() == expected["flag_lt_2s_per_item"]
    assert faster_than(total, 2 * case["n_items"], 0.5).sum() == expected["flag_lt_1s_per_item"]
    assert below_share_of_median(total, 1 / 3).sum() == expected["flag_lt_third_median"]
    assert below_share_of_median(total, 0.5).sum() == expected["flag_lt_half_median"]
    assert below_share_of_median(total, 0.4).sum() == expected["flag_40pct_of_median"]
    assert (log_z(total) < -2).sum() == expected["flag_log_z_lt_minus2"]
    assert (robust_log_z(total) < -2.5).sum() == expected["flag_log_robust_z_lt_minus2.5"]
    low, high = tukey_fences(total)
    assert (low.sum(), high.sum()) == (expected["flag_tukey_low"], expected["flag_tukey_high"])
    speed = relative_speed(pages)
    rsi = expected["rsi_leiner"]
    assert speed.mean() == pytest.approx(rsi["mean"], rel=1e-9)
    assert ((speed >= 2).sum(), (speed >= 1.75).sum()) == (rsi["n_ge_2"], rsi["n_ge_1.75"])
    same(speed[:5], np.array(rsi["first5"]))
