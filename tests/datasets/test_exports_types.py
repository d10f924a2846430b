"""Every kind of question in every format, read back with the formats' own libraries."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pyreadstat
import pytest

from surveyapp.datasets.blanks import (
    DONT_KNOW,
    MISSING_CODES,
    NOT_APPLICABLE,
    NOT_RANKED,
    REFUSED,
    UNKNOWN,
)
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.writing import FORMATS, write_files
from surveyapp.datasets.table import build
from tests.datasets.scored import DOCUMENT, EVERYTHING, REASONS_GIVEN, dataset

OLD = {**EVERYTHING, "day": "1899-12-31"}


@pytest.fixture(scope="module")
def content() -> Content:
    return Content(dataset(EVERYTHING, REASONS_GIVEN, OLD), {}, {}, (), "en")


def written(content: Content, folder: Path, kind: str) -> Path:
    """Written and read back cell by cell, or this raises."""
    return write_files(folder, "all", content, kind)[0].path


@pytest.mark.parametrize("kind", FORMATS)
def test_all_types_survive_every_format(content: Content, tmp_path: Path, kind: str) -> None:
    assert written(content, tmp_path, kind).stat().st_size > 0
    empty = Content(build([], {1: DOCUMENT}), {}, {}, (), "zh-Hans")
    assert write_files(tmp_path, "none", empty, kind)[0].rows == 0


def test_csv_names_what_is_blank_and_why(content: Content, tmp_path: Path) -> None:
    with written(content, tmp_path, "csv").open(encoding="utf-8-sig", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert first["day"] == "2026-02-27"
    assert third["day"] == "1899-12-31"
    assert first["channel.other.text"] == "邻居 told me"
    assert (first["matters.oven"], first["agreed"], first["card.file"]) == ("1", "1", "3f9a0c")
    assert second["day"] == second["happy"] == second["channel"] == ""
    assert second["dont_know"].split()[:2] == ["channel", "bought.fridge"]
    assert {"speed.soon", "waited"} <= set(second["dont_know"].split())
    assert second["not_applicable"] == "speed.late fixed"
    assert second["refused"] == "happy day"
    assert first["not_offered"].split() == ["bought.display", "matters.display"]
    assert not {"happy", "channel"} & set(second["unanswered"].split())


def test_spss_has_dates_and_user_missing_codes_with_labels(
    content: Content, tmp_path: Path
) -> None:
    path = str(written(content, tmp_path, "sav"))
    plain, meta = pyreadstat.read_sav(path)
    assert plain["day"].iloc[0] == date(2026, 2, 27)
    assert plain["happy"].isna().iloc[1]
    coded, full = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
    row = coded.iloc[1]
    assert row["happy"] == row["day"] == MISSING_CODES[REFUSED] == -96
    assert row["speed.soon"] == MISSING_CODES[DONT_KNOW] == -94
    assert row["speed.late"] == MISSING_CODES[NOT_APPLICABLE] == -95
    assert row["channel"] == "-94"
    assert row["computed.unhappy"] == MISSING_CODES[UNKNOWN]
    assert coded["matters.price"].iloc[0] == MISSING_CODES[NOT_RANKED]
    assert meta.variable_value_labels["happy"][-96.0] == "Refused"
    assert meta.variable_value_labels["channel"]["-94"] == "Don't know"
    assert full.missing_ranges["happy"] == [{"lo": -99.0, "hi": -96.0}]
    declared = {m["lo"] for m in full.missing_ranges["channel"]}
    assert declared == {"-94", "-98", "-99"}, "a text column has room for three"
    assert meta.variable_value_labels["agreed"][0.0] == "Not given"


def test_stata_has_dates_and_extended_missing_values_with_labels(
    content: Content, tmp_path: Path
) -> None:
    path = str(written(content, tmp_path, "dta"))
    plain, _ = pyreadstat.read_dta(path)
    assert list(plain["day"].dropna()) == [date(2026, 2, 27), date(1899, 12, 31)]
    assert plain["day"].isna().iloc[1]
    assert plain["happy"].isna().iloc[1]
    coded, meta = pyreadstat.read_dta(path, user_missing=True)
    row = coded.iloc[1]
    assert (row["happy"], row["speed_soon"], row["speed_late"], row["channel"]) == (
        "r", "d", "a", "d",
    )  # fmt: skip
    assert (row["computed_unhappy"], coded["matters_price"].iloc[0]) == ("c", "k")
    labels = meta.variable_value_labels
    assert labels["happy"]["r"] == "Refused"
    assert labels["channel"]["d"] == "Don't know"
    assert labels["fixed"][coded["fixed"].iloc[0]] == "In part"
    assert labels["agreed"][0] == "Not given"
    assert meta.column_names_to_labels["response"] == "Response number"


def test_xlsx_has_real_dates_and_labels(content: Content, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(content, tmp_path, "xlsx"))
    header = [cell.value for cell in book["data"][1]]

    def cell(sheet: str, row: int, name: str) -> Any:
        return book[sheet].cell(row, header.index(name) + 1)

    assert cell("data", 2, "day").value == datetime(2026, 2, 27)  # noqa: DTZ001 - as it is read
    assert cell("data", 2, "day").number_format == "yyyy-mm-dd"
    assert cell("data", 4, "day").value == "1899-12-31", "no spreadsheet knows that day"
    assert cell("labels", 2, "fixed").value == "In part"
    assert cell("labels", 2, "random.wording").value == "Warm"
    assert cell("labels", 2, "agreed").value == "Given"
    rows = {r[0]: r for r in book["codebook"].iter_rows(values_only=True)}
    assert "-94 = 不知道 / Don't know" in rows["speed.soon"][7].split("\n")
    assert "-94" not in rows["polite"][7]


def test_parquet_is_typed(content: Content, tmp_path: Path) -> None:
    table = pq.read_table(written(content, tmp_path, "parquet"))
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert types["day"] == types["computed.day"] == "date32[day]"
    assert types["matters.oven"] == "int16"
    assert types["agreed"] == types["happy"] == "int8"
    assert table["day"].to_pylist() == [date(2026, 2, 27), None, date(1899, 12, 31)]
    assert b'"refused"' in table.schema.metadata[b"codebook"]
