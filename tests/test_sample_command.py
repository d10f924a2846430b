from __future__ import annotations

import csv
import json
import random
import statistics
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from surveyapp.sample_command import sample
from surveyapp.tabular.safe_csv import unguarded

CITIES = {"上海": 60, "苏州": 30, "无锡": 10, "Lhasa": 1}


def number(city: str, i: int) -> str:
    return f"00{list(CITIES).index(city)}{i:03d}"


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    source = random.Random(3)
    rows = [
        [number(city, i), city, "高" if i % 3 else "低", f"{source.uniform(10, 900):.2f}"]
        for city, n in CITIES.items()
        for i in range(n)
    ]
    rows[0][0] = "=HYPERLINK(1)"
    return write(tmp_path / "customers.csv", rows)


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["number", "city", "tier", "spend"], *rows])
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(sample, [str(a) for a in arguments])


def as_json(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    table: dict[str, Any] = json.loads(result.stdout, parse_constant=pytest.fail)
    return table


def read(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [{k: unguarded(v) for k, v in row.items()} for row in csv.DictReader(file)]


def test_json_is_exactly_the_contract(customers: Path) -> None:
    table = as_json(customers, "--strata", "city", "--n", 20, "--seed", 7)
    assert set(table) == {"n", "strata"}
    assert table["n"] == 20 == sum(s["n"] for s in table["strata"])
    by_city = {s["stratum"]["city"]: s for s in table["strata"]}
    assert {city: s["N"] for city, s in by_city.items()} == CITIES
    assert set(by_city["上海"]) == {"stratum", "N", "sd", "n", "probability", "weight"}
    assert by_city["上海"]["sd"] is None
    assert by_city["上海"]["probability"] == pytest.approx(12 / 60)
    assert by_city["上海"]["weight"] == pytest.approx(5)
    assert by_city["Lhasa"]["n"] == 0
    assert by_city["Lhasa"]["weight"] is None


def test_neyman_follows_the_measure_under_minimum_and_cap(customers: Path) -> None:
    table = as_json(
        customers, "--strata", "city,tier", "--n", 40, "--seed", 7, "--method", "neyman",
        "--measure", "spend", "--min-per-stratum", 2,
    )  # fmt: skip
    assert table["n"] == 40
    assert all(min(2, s["N"]) <= s["n"] <= s["N"] for s in table["strata"])
    with customers.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for stratum in table["strata"]:
        spends = [
            float(r["spend"])
            for r in rows
            if (r["city"], r["tier"]) == tuple(stratum["stratum"].values())
        ]
        expected = statistics.stdev(spends) if len(spends) > 1 else None
        assert stratum["sd"] == (expected and pytest.approx(expected))


def test_drawn_rows_are_the_files_own_with_weights(customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "drawn.csv"
    table = as_json(customers, "--strata", "city", "--n", 50, "--seed", 7, "--out", out)
    drawn = read(out)
    assert len(drawn) == 50
    with customers.open(encoding="utf-8") as file:
        originals = [tuple(row.values()) for row in csv.DictReader(file)]
    assert all(tuple(row.values())[:4] in originals for row in drawn)
    assert any(row["number"].startswith("00") for row in drawn)
    expected = {s["stratum"]["city"]: s for s in table["strata"]}
    for row in drawn:
        assert float(row["design_weight"]) == expected[row["city"]]["weight"]
        assert float(row["inclusion_probability"]) == expected[row["city"]]["probability"]
    assert sum(float(r["design_weight"]) for r in drawn if r["city"] == "上海") == pytest.approx(60)


def test_the_order_of_the_rows_is_irrelevant(customers: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    run(customers, "--strata", "city", "--n", 20, "--seed", 7, "--out", first)
    with customers.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    random.Random(1).shuffle(rows)
    shuffled = write(tmp_path / "shuffled.csv", rows)
    run(shuffled, "--strata", "city", "--n", 20, "--seed", 7, "--out", second)
    numbers = [sorted(r["number"] for r in read(path)) for path in (first, second)]
    assert numbers[0] == numbers[1]
    run(customers, "--strata", "city", "--n", 20, "--seed", 8, "--out", second)
    assert sorted(r["number"] for r in read(second)) != numbers[0]


def test_equal_rows_are_units_of_their_own(tmp_path: Path) -> None:
    twins = write(tmp_path / "twins.csv", [["1", "A", "x", "5"]] * 10)
    out = tmp_path / "out.csv"
    assert as_json(twins, "--strata", "city", "--n", 4, "--seed", 1, "--out", out)["n"] == 4
    assert len(read(out)) == 4


def test_an_id_column_makes_the_draw_independent_of_the_rest(
    customers: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    options = ["--strata", "city", "--n", 20, "--seed", 7, "--id", "number", "--out"]
    assert run(customers, *options, first).exit_code == 0
    text = customers.read_text(encoding="utf-8").replace("高", "VIP")
    customers.write_text(text, encoding="utf-8")
    run(customers, *options, second)
    assert [r["number"] for r in read(first)] == [r["number"] for r in read(second)]


def test_text_form_is_a_table_with_a_total(customers: Path) -> None:
    result = run(customers, "--strata", "city", "--n", 20, "--seed", 7)
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["city", "N", "sd", "n", "probability", "weight"]
    assert lines[-1].split() == ["Total", "101", "20"]
    assert "Nobody is drawn from stratum Lhasa" in result.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--strata", "town", "--n", 5], "town"),
        (["--strata", "city,city", "--n", 5], "twice"),
        (["--strata", " ", "--n", 5], "Name the columns"),
        (["--strata", "city", "--n", 102], "101"),
        (["--strata", "city", "--n", 0], "at least 1"),
        (["--strata", "city", "--n", "many"], "many"),
        (["--strata", "city", "--n", 5, "--min-per-stratum", 9], "minimum of 9"),
        (["--strata", "city", "--n", 5, "--method", "neyman"], "measure"),
        (["--strata", "city", "--n", 5, "--measure", "tier"], 'Row 2, column "tier"'),
        (["--strata", "city", "--n", 5, "--measure", "spent"], "spend"),
        (["--strata", "city", "--n", 5, "--method", "random"], "random"),
        (["--strata", "city", "--n", 5, "--id", "city"], "Row 3"),
        (["--strata", "city", "--n", 5, "--out", "/nowhere/drawn.csv"], "/nowhere"),
    ],
)
def test_bad_requests_are_one_line_and_exit_2(
    customers: Path, options: list[object], says: str
) -> None:
    result = run(customers, *options, "--seed", 7)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert says in result.stderr


def test_unusable_files_are_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    write(tmp_path / "header.csv", [])
    for name in ("empty.csv", "header.csv", "missing.csv"):
        result = run(tmp_path / name, "--strata", "city", "--n", 5, "--seed", 7)
        assert (result.exit_code, result.stdout) == (2, "")
        assert len(result.stderr.splitlines()) == 1


def test_nothing_is_overwritten_or_duplicated(customers: Path, tmp_path: Path) -> None:
    before = customers.read_bytes()
    options = ["--strata", "city", "--n", 5, "--seed", 7, "--out"]
    assert run(customers, *options, customers).exit_code == 2
    assert customers.read_bytes() == before
    out = tmp_path / "drawn.csv"
    run(customers, *options, out)
    again = run(out, "--strata", "city", "--n", 2, "--seed", 7, "--out", tmp_path / "more.csv")
    assert again.exit_code == 2
    assert "inclusion_probability" in again.stderr


def test_blank_cells_are_said(tmp_path: Path) -> None:
    rows = [[str(i), "A" if i else "", "x", "" if i == 1 else str(i)] for i in range(10)]
    path = write(tmp_path / "blank.csv", rows)
    result = run(path, "--strata", "city", "--n", 5, "--seed", 7, "--measure", "spend")
    assert result.exit_code == 0
    assert "nothing in a stratum column" in result.stderr
    assert '1 rows have no "spend"' in result.stderr


def test_an_id_must_not_be_blank(tmp_path: Path) -> None:
    path = write(tmp_path / "blank.csv", [["", "A", "x", "5"]])
    result = run(path, "--strata", "city", "--n", 1, "--seed", 7, "--id", "number")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Row 2 has no id" in result.stderr


def test_typed_files_keep_their_text(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"number": ["001", "002"], "tier": [1.0, 2.0], "spend": [1.5, None], "city": ["A", None]}
    )
    frame.to_parquet(tmp_path / "t.parquet")
    out = tmp_path / "out.csv"
    as_json(tmp_path / "t.parquet", "--strata", "tier", "--n", 2, "--seed", 1, "--out", out)
    assert [list(r.values())[:4] for r in read(out)] == [
        ["001", "1", "1.5", "A"],
        ["002", "2", "", ""],
    ]
