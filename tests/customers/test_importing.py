"""Good rows go in, bad rows come back, nothing twice and nothing half-written."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from surveyapp import clock
from surveyapp.customers import importing
from surveyapp.customers.models import Customer, Suppression
from surveyapp.customers.rejects import REASON_COLUMN
from surveyapp.database import db, vault
from surveyapp.findings import SurveyError
from tests.customers.conftest import HEADER, do_import, person, table


def customers() -> dict[str, Customer]:
    db.session.expire_all()
    return {c.number: c for c in db.session.scalars(select(Customer))}


def test_a_row_becomes_a_customer(any_app: Flask, tmp_path: Path) -> None:
    header = [
        "客户编号",
        "姓名",
        "手机号",
        "城市",
        "门店",
        "产品线",
        "等级",
        "消费金额",
        "购买次数",
        "最近购买日期",
        "语言",
        "同意",
        "退订",
    ]
    row = [
        "C1",
        "王小明",
        "138 0013 8000",
        "上海市",
        "一店",
        "家电",
        "高",
        "1,299.50",
        "3",
        "2026-01-02",
        "英文",
        "是",
        "否",
    ]
    outcome, bad = do_import(table(row, header=header), tmp_path)
    assert (outcome.rows, outcome.created, outcome.rejected, bad) == (1, 1, 0, [])
    found = customers()["C1"]
    assert (found.name, found.phone, found.city, found.store) == (
        "王小明",
        "+8613800138000",
        "上海",
        "一店",
    )
    assert (found.product_line, found.tier, found.language) == ("appliance", "high", "en")
    assert (found.spend, found.purchases) == (Decimal("1299.50"), 3)
    assert str(found.last_purchase) == "2026-01-02"
    assert found.consent
    assert found.opted_out_at is None
    assert found.phone_hash == vault.fingerprint("+8613800138000", "phone")


def test_contact_data_is_ciphertext_in_the_database(any_app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1)), tmp_path)
    raw = db.session.execute(text("SELECT name, phone, phone_hash FROM customer")).one()
    assert not any("王" in value or ("138" in value[:20] and "+86" in value) for value in raw)
    assert raw.name.startswith("t1.")


def test_reimport_updates_and_never_doubles(any_app: Flask, tmp_path: Path) -> None:
    do_import(table(*(person(n) for n in range(2500))), tmp_path)
    again, _ = do_import(table(*(person(n) for n in range(2500))), tmp_path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2500)
    moved, _ = do_import(table(*(person(n, 城市="北京") for n in range(2501))), tmp_path)
    assert (moved.created, moved.updated, moved.unchanged) == (1, 2500, 0)
    assert db.session.scalar(select(func.count(Customer.id))) == 2501
    assert {c.city for c in customers().values()} == {"北京"}


def test_blank_cells_and_absent_columns_keep_what_is_known(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1)), tmp_path)
    outcome, _ = do_import(table(person(1, 姓名="", 手机号="", 城市=" ")), tmp_path)
    assert outcome.unchanged == 1
    do_import(table(["C1", "5"], header=["客户编号", "购买次数"]), tmp_path)
    found = customers()["C1"]
    assert (found.name, found.city, found.purchases) == ("王小明", "上海", 5)
    assert found.phone == "+8613800000001"


def test_only_what_changed_is_written(app: Flask, tmp_path: Path) -> None:
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        do_import(table(person(1), person(2)), tmp_path)
    do_import(table(person(1), person(2, 手机号="13900139000")), tmp_path)
    found = customers()
    assert found["C1"].updated_at.year == 2026
    assert found["C1"].updated_at.month == 1
    assert found["C2"].phone == "+8613900139000"
    assert found["C2"].phone_hash == vault.fingerprint("+8613900139000", "phone")


def test_bad_rows_come_back_with_their_columns_and_the_reason(app: Flask, tmp_path: Path) -> None:
    content = table(person(1), person(2, 手机号="4155552671.0", 消费金额="abc"), person(3))
    outcome, bad = do_import(content, tmp_path)
    assert (outcome.created, outcome.rejected) == (2, 1)
    assert sorted(customers()) == ["C1", "C3"]
    assert list(bad[0]) == [*HEADER, REASON_COLUMN]
    assert list(bad[0].values())[:-1] == person(2, 手机号="4155552671.0", 消费金额="abc")
    for said in ("Row 3", "手机号", "4155552671.0", "消费金额", "abc"):
        assert said in bad[0][REASON_COLUMN]
    assert {p["code"] for p in outcome.problems} == {
        "customer.phone_damaged",
        "customer.not_an_amount",
    }


def test_the_returned_file_mended_and_sent_back_completes_the_import(
    app: Flask, tmp_path: Path
) -> None:
    """Phones with + come back shielded from being formulas, and are read as they were meant."""
    row = person(1, 手机号="+8613800138000", 消费金额="x", 姓名="=cmd()")
    _, bad = do_import(table(row), tmp_path)
    assert bad[0]["手机号"] == "'+8613800138000"
    assert bad[0]["姓名"] == "'=cmd()"
    mended = {**bad[0], "消费金额": "5"}
    outcome, again = do_import(table(list(mended.values()), header=list(mended)), tmp_path)
    assert (outcome.created, again) == (1, [])
    assert customers()["C1"].phone == "+8613800138000"
    assert customers()["C1"].name == "=cmd()"
    spoiled = {**bad[0], "消费金额": "still x"}
    _, third = do_import(table(list(spoiled.values()), header=list(spoiled)), tmp_path)
    assert list(third[0]).count(REASON_COLUMN) == 1
    assert "still x" in third[0][REASON_COLUMN]


def test_the_last_of_several_rows_with_a_number_wins(app: Flask, tmp_path: Path) -> None:
    rows = [
        person(1),
        person(2),
        person(1, 城市="北京", 姓名=""),
        *(person(n) for n in range(10, 1100)),
    ]
    outcome, _ = do_import(table(*rows, person(2, 城市="广州")), tmp_path)
    assert (outcome.repeated, outcome.repeated_rows) == (2, [4, 1095])
    assert outcome.created == 1092
    found = customers()
    assert (found["C1"].city, found["C1"].name, found["C2"].city) == ("北京", "王小明", "广州")


def test_two_customers_may_share_a_phone(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1), person(2, 手机号="13800000001")), tmp_path)
    assert len({c.phone_hash for c in customers().values()}) == 1


def test_an_erased_customer_does_not_come_back(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1)), tmp_path)
    erased = customers()["C1"]
    erased.erased_at, erased.name = clock.now(), None
    db.session.commit()
    outcome, bad = do_import(table(person(1), person(2)), tmp_path)
    assert (outcome.rejected, outcome.created) == (1, 1)
    assert "erased" in bad[0][REASON_COLUMN]
    assert customers()["C1"].name is None


def test_a_mapping_without_a_number_writes_nothing(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refusal:
        do_import(table(person(1)), tmp_path, {"city": "城市"})
    assert refusal.value.findings[0].code == "import.no_number_column"
    assert customers() == {}


def test_a_file_with_a_header_only_says_so(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refusal:
        do_import(table(), tmp_path)
    assert refusal.value.findings[0].code == "import.no_rows"


def test_a_file_that_never_ends_is_stopped(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    monkeypatch.setattr(importing, "BATCH", 2)
    with pytest.raises(SurveyError) as refusal:
        do_import(table(*(person(n) for n in range(5))), tmp_path)
    assert refusal.value.findings[0].code == "import.too_many_rows"
    assert len(customers()) == 2, "what was written is whole batches"


@pytest.mark.fault
def test_an_import_waits_for_a_locked_database(app: Flask, tmp_path: Path) -> None:
    """Without SQLite's own patience: the batch is rolled back and tried again."""
    locked, released = threading.Event(), threading.Event()
    engine = db.engine

    def hold() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(0.5)
            released.set()
            connection.rollback()

    def impatient(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    event.listen(engine, "checkout", impatient)
    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    outcome, _ = do_import(table(person(1)), tmp_path)
    holder.join()
    assert released.is_set()
    assert outcome.created == 1
    assert list(customers()) == ["C1"]


@pytest.mark.fault
def test_two_imports_of_one_file_at_once_create_each_customer_once(
    any_app: Flask, tmp_path: Path
) -> None:
    content = table(*(person(n) for n in range(3000)))
    outcomes = []

    def run(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        with any_app.app_context():
            outcomes.append(do_import(content, folder)[0])
            db.session.remove()

    threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(customers()) == 3000
    assert sum(o.created for o in outcomes) == 3000
    assert sum(o.created + o.updated + o.unchanged for o in outcomes) == 6000


@pytest.mark.fault
def test_an_import_that_dies_leaves_whole_rows_and_may_be_run_again(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = table(*(person(n) for n in range(2500)))

    def die(_step: str, done: int, _total: int) -> None:
        if done >= 2000:
            raise KeyboardInterrupt

    from surveyapp.customers.mapping import guess
    from surveyapp.customers.rejects import Rejects
    from surveyapp.tabular.table import open_rows

    with (
        pytest.raises(KeyboardInterrupt),
        open_rows(content) as rows,
        Rejects(tmp_path / "x", rows.header, str, sealed=False) as rejects,
    ):
        importing.import_rows(rows, guess(rows.header), rejects, die)
    db.session.rollback()
    assert len(customers()) == 2000
    outcome, _ = do_import(content, tmp_path)
    assert (outcome.created, outcome.unchanged) == (500, 2000)


def test_suppressed_phones_stay_suppressed_whatever_a_file_says(app: Flask, tmp_path: Path) -> None:
    listed = vault.fingerprint("+8613800000001", "phone")
    db.session.add(Suppression(address_hash=listed, reason="reply"))
    db.session.commit()
    outcome, _ = do_import(table(person(1), person(2)), tmp_path, opt_in=True)
    assert outcome.kept_opt_outs == 1
    found = customers()
    assert found["C1"].opted_out_at is not None
    assert found["C2"].opted_out_at is None
