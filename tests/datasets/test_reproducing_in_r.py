"""The R script beside a CSV export, run by R itself, gives the headline of the study again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surveyapp.datasets.numbers import headline
from tests.datasets.test_reproducing import CASES, compare, exported, simple, stratified
from tests.real_r import run_r

TELL = """
source(commandArgs(TRUE)[1])
for (i in seq_len(nrow(result))) with(result[i, ], {
  cat(sprintf("told\\t%s\\t%d\\t%.17g\\t%.17g\\t%.17g\\t%.17g\\n", measure, n, mean, se, low, high))
})
"""


def run_script(path: Path, **environment: str) -> dict[str, Any]:
    """What the script computes, by measure; None for NA."""
    words = ("-e", TELL, path.name)
    printed, warned = run_r(*words, cwd=path.parent, environment=environment)
    assert not warned.strip(), warned
    lines = [line.split("\t")[1:] for line in printed.splitlines() if line.startswith("told\t")]
    return {
        name: {"n": int(n)}
        | {
            key: None if cell == "NA" else float(cell)
            for key, cell in zip(("mean", "se", "low", "high"), cells, strict=True)
        }
        for name, n, *cells in lines
    }


@pytest.mark.parametrize("case", CASES)
def test_r_gives_the_headline_again(case: str, tmp_path: Path) -> None:
    data = CASES[case]()
    compare(run_script(exported(data, tmp_path)["r"]), headline(data))


def test_r_leaves_out_what_is_excluded(tmp_path: Path) -> None:
    data = stratified()
    out = data.ids[:9]
    kept = data.only(np.array([i not in out for i in data.ids]))
    compare(run_script(exported(data, tmp_path, out)["r"]), headline(kept))


def test_r_reads_chinese_in_a_locale_that_knows_none(tmp_path: Path) -> None:
    data = stratified()
    compare(run_script(exported(data, tmp_path)["r"], LC_ALL="C"), headline(data))


def test_the_script_finds_its_file_from_anywhere_and_shows_both_numbers(tmp_path: Path) -> None:
    data = simple()
    folder = tmp_path / "数据 and more"
    folder.mkdir()
    printed, _ = run_r(str(exported(data, folder)["r"]), cwd=tmp_path)
    header, first, *_ = printed.splitlines()
    assert header.split() == ["measure", "n", "mean", "se", "low", "high"]
    assert first.split()[:2] == ["total", str(headline(data)["weighted_total"]["n"])]
    assert "platform" in printed
    assert "difference" in printed


def test_r_warns_of_another_file_where_it_can_compute_checksums(tmp_path: Path) -> None:
    """R 4.5 can, and any R with the package digest; a stand-in here, so that every R is tested."""
    files = exported(simple(), tmp_path)
    stand_in = (
        'exists <- function(x, ...) identical(x, "sha256sum"); '
        'get <- function(x, ...) function(path) c(file = "another"); '
    )
    _, warned = run_r("-e", f'{stand_in} source("{files["r"].name}")', cwd=tmp_path)
    assert "not the one that this was made for" in warned
