"""Answers to the archive and back: byte for byte, analysed in place, refused where it must be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import config
from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.archive import moving, parts, rows
from surveyapp.datasets.archive.due import months_later, standing
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.models import Archive
from surveyapp.datasets.archive.moving import archive, restore
from surveyapp.datasets.archive.reading import body_of
from surveyapp.datasets.archive.stores import store_at
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.numbers import headline
from surveyapp.distribution.models import Study
from surveyapp.evidence.verifying import verify
from surveyapp.findings import SurveyError
from tests.conftest import make_settings
from tests.datasets.studies import small_study

Everything = list[parts.Values]


def closed_study(months: int = 4) -> Study:
    """77 answers, half of them saved variable by variable, and one that was never finished."""
    study, _ = small_study()
    study.state = "closed"
    long_ago = months_later(clock.now(), -months)
    db.session.execute(db.update(Response).values(saved_at=long_ago))
    by_sql = db.text(
        "UPDATE response SET answers = json_set(answers, '$.\"a.b\"', 7) WHERE id < 40"
    )
    if db.engine.dialect.name == "postgresql":
        by_sql = db.text("UPDATE response SET answers = jsonb_set(answers, '{late}', '7')")
    db.session.execute(by_sql)
    db.session.execute(db.update(Response).where(Response.id == 9).values(state="started"))
    db.session.commit()
    return study


def everything(study_id: int) -> Everything:
    found = [row for block in rows.blocks(study_id) for row in block]
    db.session.rollback()
    return found


def code_of(error: pytest.ExceptionInfo[SurveyError]) -> str:
    return error.value.findings[0].code


def test_answers_leave_the_database_and_come_back_byte_for_byte(any_app: Flask) -> None:
    study = closed_study()
    before, data = everything(study.id), dataset(study.id)
    told: list[str] = []
    kept = archive(study.id, lambda step, *_: told.append(step))
    assert (kept.rows, told[-1]) == (77, "Comparing the archive with the database")
    assert kept.size < kept.size_before
    count, size = rows.size(study.id)
    assert (count, size) == (77, 77 * 4 * len("{}"))
    db.session.expire_all()
    assert db.session.get_one(Response, 1).answers == {}
    in_place = dataset(study.id)
    assert in_place.hash == data.hash
    assert headline(in_place) == headline(data)
    restore(study.id)
    assert everything(study.id) == before
    assert dataset(study.id).hash == data.hash
    assert store().names("study-") == []
    noted = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(noted)[-2:] == ["archive.make", "archive.restore"]


def test_an_archive_of_several_parts_is_read_in_order(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 20)
    monkeypatch.setattr(parts, "BLOCK", 10)
    monkeypatch.setattr(rows, "BLOCK", 10)
    study = closed_study()
    data, before = dataset(study.id), everything(study.id)
    answers = db.session.get_one(Response, 33).answers
    kept = archive(study.id)
    assert len(store().names(f"{kept.name}/")) == 5
    assert dataset(study.id).hash == data.hash
    body = body_of(store(), kept, 33)
    assert body is not None
    assert body["answers"] == answers
    assert body_of(store(), kept, 999) is None
    restore(study.id)
    assert everything(study.id) == before


def test_what_may_not_be_archived_is_refused(app: Flask) -> None:
    study = closed_study(months=2)
    with pytest.raises(SurveyError) as early:
        archive(study.id)
    assert code_of(early) == "archive.early"
    assert not standing(study).is_due
    study.state = "running"
    with pytest.raises(SurveyError) as running:
        archive(study.id)
    assert code_of(running) == "archive.not_closed"
    with pytest.raises(SurveyError) as never:
        restore(study.id)
    assert code_of(never) == "archive.none"
    study.state = "closed"
    db.session.execute(db.update(Response).values(saved_at=datetime(2020, 1, 1, tzinfo=UTC)))
    db.session.commit()
    archive(study.id)
    with pytest.raises(SurveyError) as twice:
        archive(study.id)
    assert code_of(twice) == "archive.twice"


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("file", ["manifest.json", "part-00001.parquet"])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (truncated, "archive.changed"),
        (one_byte, "archive.changed"),
        (Path.unlink, "archive.gone"),
    ],
)
def test_a_damaged_archive_is_neither_read_nor_restored(
    app: Flask, file: str, damage: Callable[[Path], None], code: str
) -> None:
    study = closed_study()
    kept = archive(study.id)
    damage(Path(app.instance_path) / "archives" / kept.name / file)
    for act in (dataset, restore):
        with pytest.raises(SurveyError) as error:
            act(study.id)
        assert code_of(error) == code
        db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Archive, kept.id).restored_at is None
    assert rows.size(study.id)[1] == 77 * 8


def test_an_answer_that_changes_meanwhile_stops_the_move(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = closed_study()

    def then_somebody_saves(kept: object, row: Archive, folder: Path, report: object) -> None:
        changed = db.update(Response).where(Response.id == 5).values(answers={"late": 1})
        db.session.execute(changed)
        db.session.commit()
        let_go(kept, row, folder, report)  # type: ignore[arg-type]

    let_go = moving._let_go
    monkeypatch.setattr(moving, "_let_go", then_somebody_saves)
    with pytest.raises(SurveyError) as error:
        archive(study.id)
    assert code_of(error) == "archive.differs"
    db.session.expire_all()
    assert db.session.get_one(Response, 5).answers == {"late": 1}
    assert db.session.get_one(Response, 6).answers
    assert db.session.scalars(db.select(Archive)).all() == []
    monkeypatch.undo()
    archive(study.id)
    names = {name.partition("/")[0] for name in store().names("study-")}
    assert len(names) == 1, "what the first attempt left is swept away"


@pytest.mark.parametrize(
    ("moment", "months", "then"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-01-15", 0, "2026-01-15"),
        ("2026-10-01", 14, "2027-12-01"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_months_end_where_the_month_ends(moment: str, months: int, then: str) -> None:
    found = months_later(datetime.fromisoformat(f"{moment}T10:00+00:00"), months)
    assert found == datetime.fromisoformat(f"{then}T10:00+00:00")


def test_the_verification_holds_the_archive_against_what_was_noted(app: Flask) -> None:
    study = closed_study()
    kept = archive(study.id)
    found = verify(lambda *_: None)
    assert (found.whole, found.compared["archive.make"]) == (True, 1)
    part = Path(app.instance_path) / "archives" / kept.name / "part-00001.parquet"
    whole = part.read_bytes()
    one_byte(part)
    assert [(f.code, f.place) for f in verify(lambda *_: None).findings] == [
        ("evidence.changed", f"archive:{kept.id}/part-00001.parquet")
    ]
    part.unlink()
    assert [f.code for f in verify(lambda *_: None).findings] == ["archive.gone"]
    part.write_bytes(whole)
    restore(study.id)
    assert [f.code for f in verify(lambda *_: None).findings] == ["evidence.gone"]
    assert verify(lambda *_: None).whole


@pytest.mark.parametrize(
    ("name", "value"),
    [("ARCHIVE_TO", "s3://"), ("ARCHIVE_TO", "ftp://x"), ("ARCHIVE_AFTER_MONTHS", "-1")],
)
def test_settings_that_cannot_be_used_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.SettingError, match=name):
        make_settings(tmp_path, **{name: value})


def test_a_bucket_without_its_library_is_said(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(SurveyError) as error:
        store_at("s3://kept", "", tmp_path)
    assert code_of(error) == "archive.no_s3"
