"""The import from a shell: counts on standard output, one clear line for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.models import Customer
from surveyapp.database import db
from tests.customers.conftest import person, read_back, table


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import-customers", *map(str, arguments)])


def test_counts_and_the_path_of_the_rejected_rows(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(table(person(1), person(2, 手机号="010-62345678")))
    result = run(app, file)
    assert result.exit_code == 0
    assert "created: 1\n" in result.output
    assert "1 × customer.phone_landline in 手机号" in result.output
    bad = tmp_path / "people-bad-rows.csv"
    assert f"rejected rows: {bad}" in result.output
    assert bad.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["客户编号"] for row in read_back(bad.read_bytes())] == ["C2"]
    assert bad.stat().st_mode & 0o077 == 0
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.detail["created"]) == ("customers.import", "system", 1)


@pytest.mark.parametrize(("language", "said"), [("en", "is a landline"), ("zh-Hans", "固定电话")])
def test_reasons_in_the_language_asked_for(
    app: Flask, tmp_path: Path, language: str, said: str
) -> None:
    file, bad = tmp_path / "people.csv", tmp_path / "elsewhere.csv"
    file.write_bytes(table(person(2, 手机号="010-62345678")))
    assert run(app, file, "--bad-rows", bad, "--language", language).exit_code == 0
    assert said in bad.read_text("utf-8-sig")


def test_a_mapping_by_hand_takes_a_column_from_the_guess(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(table(["9", "C1", "上海"], header=["会员号", "编码", "城市"]))
    assert run(app, file, "--map", "number=编码", "--map", "store=城市").exit_code == 0
    found = db.session.scalars(select(Customer)).one()
    assert (found.number, found.store, found.city) == ("C1", "上海", "")


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (b"", [], "empty"),
        (table(person(1)), ["--map", "city=城镇"], 'no column "城镇"'),
        (table(person(1)), ["--map", "town=城市"], 'no attribute "town"'),
        (table(person(1)[:1], header=["备注"]), [], "customer number"),
        (table(), [], "no rows"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(
    app: Flask, tmp_path: Path, content: bytes, arguments: list[str], said: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    result = run(app, file, *arguments)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert db.session.scalars(select(Customer)).all() == []
    assert list(tmp_path.glob("*bad-rows*")) == []


def test_a_file_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    result = run(app, tmp_path / "none.csv")
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr


def test_a_pair_that_is_none(app: Flask, tmp_path: Path) -> None:
    result = run(app, tmp_path / "none.csv", "--map", "city")
    assert result.exit_code == 2
    assert "ATTRIBUTE=COLUMN" in result.stderr


def test_rejected_rows_that_cannot_be_written(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(table(person(2, 手机号="010-62345678")))
    result = run(app, file, "--bad-rows", tmp_path / "no" / "such" / "folder.csv")
    assert result.exit_code == 2
    assert "folder.csv" in result.stderr
