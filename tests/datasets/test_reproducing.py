"""The notebook and the R script beside a CSV export give the headline of the study again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks._mixtures import mixture
from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.reproducing.files import in_r
from surveyapp.datasets.exports.writing import write_files
from surveyapp.datasets.numbers import headline
from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import Dataset, build
from tests.datasets.scored import EVERYTHING, REASONS_GIVEN
from tests.datasets.scored import dataset as scored
from tests.datasets.test_numbers import DOCUMENT, answer

KEYS = ("n", "mean", "se", "low", "high")


def table(rows: Sequence[Row], *, clusters: bool = False) -> Dataset:
    versions = {1: DOCUMENT}
    about = about_of(versions.values(), Uses(clusters=clusters))
    return build(rows, versions, about=about, language="zh-Hans")


def stratified() -> Dataset:
    """120 answers in strata of 400, 90 and 3 customers; the last has a single answer."""
    rows, _ = mixture({"genuine": 110, "random": 10}, seed=8)
    strata = [("高 / high", 400)] * 70 + [("", 90)] * 49 + [("=lonely", 3)]
    put = zip(rows, strata, strict=True)
    return table([replace(r, stratum=name, stratum_size=size) for r, (name, size) in put])


def with_stores() -> Dataset:
    """Different chances, stores drawn first; one answer without a store, ten without a sample."""
    rows, _ = mixture({"genuine": 80}, seed=3)
    put = [
        replace(
            row,
            stratum="ab"[place % 2],
            stratum_size=500,
            weight=3.0 + place % 7,
            cluster=None if place == 5 else f"store {place % 11}",
        )
        for place, row in enumerate(rows[:70])
    ]
    return table([*put, *rows[70:]], clusters=True)


def simple() -> Dataset:
    rows, _ = mixture({"genuine": 40}, seed=5)
    return table(rows)


def everything() -> Dataset:
    other = {**EVERYTHING, "waited": 10.1, "fixed": "yes", "happy": 2, "nps": 3}
    return scored(EVERYTHING, REASONS_GIVEN, other, {**other, "waited": 200, "speed.soon": 1})


def months() -> Dataset:
    """Two samples of different size whose strata have the same names."""
    rows, _ = mixture({"genuine": 90}, seed=11)
    put = [
        replace(
            row,
            period=("2026-02", "2026-03")[place % 3 == 0],
            stratum="ab"[place % 2],
            stratum_size=(300, 900)[place % 3 == 0] + place % 2,
        )
        for place, row in enumerate(rows)
    ]
    versions = {1: DOCUMENT}
    return build(put, versions, about=about_of(versions.values(), Uses(recurs=True)))


CASES = {
    "stratified": stratified,
    "stores": with_stores,
    "simple": simple,
    "two periods": months,
    "every kind of score": everything,
    "one answer": lambda: table([answer(1, 4, 9)]),
    "nobody": lambda: table([]),
}


def exported(data: Dataset, folder: Path, excluded: Sequence[int] = ()) -> dict[str, Path]:
    content = Content(data, {}, dict.fromkeys(excluded, "speed"), (), data.language)
    return {file.kind: file.path for file in write_files(folder, "study", content, "csv")}


def run_notebook(path: Path) -> dict[str, Any]:
    """What the code cells compute, in a process of their own where the platform is not known."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    script = "\n".join("".join(lines) for lines in code) + "\nprint(json.dumps(RESULT))\n"
    assert "surveyapp" not in script
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", script],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compare(found: dict[str, Any], head: dict[str, Any]) -> None:
    wanted = {"total": head["weighted_total"]}
    wanted |= {f"dimension {one['id']}": one for one in head["dimensions"]}
    wanted |= {"nps": head["nps"]} if head["nps"] is not None else {}
    assert list(found) == list(wanted)
    for name, one in wanted.items():
        for key in KEYS:
            expected = one[key]
            if expected is None:
                assert found[name][key] is None, (name, key)
            else:
                assert found[name][key] == pytest.approx(expected, rel=1e-9, abs=1e-9), (name, key)


@pytest.mark.parametrize("case", CASES)
def test_the_notebook_gives_the_headline_again(case: str, tmp_path: Path) -> None:
    data = CASES[case]()
    compare(run_notebook(exported(data, tmp_path)["notebook"]), headline(data))


def test_what_is_excluded_has_no_weight_and_does_not_count(tmp_path: Path) -> None:
    data = stratified()
    out = data.ids[:9]
    kept = data.only(np.array([i not in out for i in data.ids]))
    files = exported(data, tmp_path, out)
    compare(run_notebook(files["notebook"]), headline(kept))


def test_another_file_under_the_name_is_said(tmp_path: Path) -> None:
    files = exported(simple(), tmp_path)
    with files["csv"].open("a", encoding="utf-8") as file:
        file.write("\r\n")
    with pytest.raises(AssertionError, match="not the one that this was made for"):
        run_notebook(files["notebook"])


def test_the_notebook_is_what_jupyter_opens(tmp_path: Path) -> None:
    book = json.loads(exported(everything(), tmp_path)["notebook"].read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"]) == 8
    assert "study.csv" in "".join(book["cells"][0]["source"])
    imports = {
        line.split()[1].partition(".")[0]
        for cell in book["cells"]
        for line in cell["source"]
        if re.match(r"(import|from) ", line)
    }
    known = set(sys.stdlib_module_names) | {"numpy", "pandas"}
    assert imports <= known


def test_the_r_script_knows_every_scored_column_and_the_design(tmp_path: Path) -> None:
    """Also where there is no R; `test_reproducing_in_r` runs the script."""
    data = with_stores()
    script = exported(data, tmp_path)["r"].read_text(encoding="utf-8")
    for name, _, _ in data.codebook.dimensions:
        for variable in data.codebook.elements_of(name):
            assert f'"column" = "{variable.name}"' in script
    assert '"design" = "replacement"' in script
    assert "svydesign(" in script
    assert "#@PLAN" not in script
    outside = re.sub(r'"(\\.|[^"\\])*"|#[^\n]*', "", script)
    for opening, closing in ("()", "{}", "[]"):
        assert outside.count(opening) == outside.count(closing)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": 1, "b": 2.5}, 'c("a" = 1, "b" = 2.5)'),
        ({"a": None, "b": [True, False]}, 'list("a" = NULL, "b" = list(TRUE, FALSE))'),
        ({}, "list()"),
        ('say "谢谢"\n', '"say \\"谢谢\\"\\n"'),
    ],
)
def test_plans_are_expressions_of_r(value: Any, said: str) -> None:
    assert in_r(value) == said
