"""Exports of raked weights: columns to compute standard errors again from, and how it was done."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.ddi_file import NAMESPACE
from surveyapp.datasets.exports.raked import Raked, _names, _shown, raked
from surveyapp.datasets.exports.writing import FORMATS, write_files
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import weighting
from surveyapp.datasets.weights.recipe import USUAL, Margin, WeightRecipe, recipe_of
from surveyapp.datasets.weights.sample import weighing_of
from tests.datasets.weights.studies import CASES, RAKED, SOLVED, codes_only, study

ADDED = ["weight_before_raking", "margin_city", "margin_channel"]


def content(data: Dataset, *out: int) -> Content:
    return Content(data, {}, dict.fromkeys(out, "speed"), (), "zh-Hans")


def files(data: Dataset, folder: Path, kind: str = "csv", *out: int) -> dict[str, Path]:
    made = write_files(folder, "s", content(data, *out), kind)
    return {file.kind: file.path for file in made}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_usual_weights_add_no_column(tmp_path: Path) -> None:
    some = content(study(USUAL))
    assert some.raked == Raked()
    names = [v.name for v in some.columns]
    assert [v.name for v in content(study(RAKED)).columns if v.name not in names] == ADDED
    long = rows_of(files(study(USUAL), tmp_path, "long")["long"])
    assert list(long[0])[-1] == "analysis_weight"


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_has_the_columns_and_is_read_back(tmp_path: Path, kind: str) -> None:
    made = files(study(RAKED), tmp_path, kind, 3)
    book = {row["variable"]: row for row in rows_of(made["codebook"])}
    for name in ADDED:
        assert all(book[name][language] for language in ("label_zh", "label_en")), name
    assert "迭代加权" in book["margin_city"]["label_zh"]
    if kind == "long":
        assert list(rows_of(made[kind])[0])[-4:] == ["analysis_weight", *ADDED]
        return
    package = json.loads(made["package"].read_text(encoding="utf-8"))
    fields = {one["name"]: one["type"] for one in package["resources"][0]["schema"]["fields"]}
    assert [fields[name] for name in ADDED] == ["number", "string", "string"]
    assert "s-weights.json" in [one["path"] for one in package["resources"]]
    described = etree.parse(made["ddi"]).findall(f".//{{{NAMESPACE}}}var")
    weights = {one.get("name") for one in described if one.get("wgt")}
    assert {"analysis_weight", "weight_before_raking"} <= weights


def test_each_row_says_what_it_was_raked_to(tmp_path: Path) -> None:
    data = study(RAKED)
    rows = rows_of(files(data, tmp_path, "csv", 1)["csv"])
    assert [rows[0][name] for name in ("analysis_weight", *ADDED)] == [""] * 4, "excluded"
    assert {row["margin_city"] for row in rows[1:]} == {"N", "–"}
    assert all(row["margin_channel"] == row["channel"] for row in rows[1:])
    assert "" in {row["margin_channel"] for row in rows[1:]}
    kept = data.only(np.array([i != 1 for i in data.ids]))
    chain = weighting(kept).chain
    before = [float(row["weight_before_raking"]) for row in rows[1:]]
    assert before == chain.steps[-2].weights.tolist()


def test_small_categories_are_shown_together_and_periods_apart() -> None:
    some = content(CASES["raked, small categories"]()).raked
    assert "*" in set(some.cells["margin_channel"])
    assert set(content(CASES["raked, two periods"]()).raked.cells["margin_city"]) == {
        f"{period} · {city}" for period in ("2026-02", "2026-03") for city in ("N", "–")
    }


def test_names_of_columns_and_of_categories_never_meet() -> None:
    """An attribute and a column of one name, answers called as we call what has no name."""
    both = (Margin(of="frame:city"), Margin(of="data:city", totals={"–": 1, "*": 2, "c": 1}))
    recipe = WeightRecipe(calibration="margins", margins=both, merge_below=30)
    data = study(recipe)
    cities = ["–", "*", "c"] * 30
    named = data.table.column_names.index("city")
    changed = replace(data, table=data.table.set_column(named, "city", [cities]))
    found = raked(weighting(changed), changed)
    assert found.margins == ["margin_city", "margin_data_city"]
    assert set(found.cells["margin_data_city"]) == {"–", "*", "c"}
    some = replace(changed.weighing, recipe=recipe.model_copy(update={"merge_below": 31}))
    merged = replace(changed, weighing=some)
    assert set(raked(weighting(merged), merged).cells["margin_data_city"]) == {"*"}


def test_a_question_of_that_name_keeps_it() -> None:
    assert _names(RAKED, {"margin_city", "margin_frame_city"})[0] == "margin_frame_city_"
    assert _shown([("", "–"), ("", ""), ("", "\x00others"), None]) == ["–", "––", "*", None]


def test_a_raking_that_failed_leaves_blank_margins() -> None:
    some = content(codes_only(RAKED))
    assert some.raked.met is False
    assert set(some.raked.cells["margin_city"]) == {None}
    assert set(some.raked.cells["weight_before_raking"]) == {1.0}


@pytest.mark.parametrize("case", CASES)
def test_the_report_beside_makes_the_weights_again(case: str, tmp_path: Path) -> None:
    data = CASES[case]()
    report: dict[str, Any] = json.loads(files(data, tmp_path)["weights"].read_text("utf-8"))
    assert report["format"] == "surveyapp/weights-report/1"
    assert recipe_of(report["recipe"]).hash == report["recipe_hash"] == data.weighing.recipe.hash
    again = replace(data, weighing=weighing_of(report))
    assert weighting(again).weights.tolist() == weighting(data).weights.tolist()
    assert report["steps"][-1]["sum"] == pytest.approx(weighting(data).weights.sum())
    if case.startswith("raked"):
        step = next(one for one in report["steps"] if one["key"] == "margins")
        assert all(one["met"] for one in step["samples"])


def test_typed_shares_are_in_the_report(tmp_path: Path) -> None:
    data = CASES["raked to typed shares"]()
    report = json.loads(files(data, tmp_path)["weights"].read_text("utf-8"))
    assert report["recipe"]["margins"][0] == SOLVED.model_dump(mode="json")
    assert report["cells"] == []
