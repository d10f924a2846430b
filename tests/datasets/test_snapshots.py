"""Snapshots: frozen in files, equal when read again, refused when a byte differs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.codebook import Codebook
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.offering import contents, export, file_path
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.models import CleaningEntry
from surveyapp.datasets.numbers import headline
from surveyapp.datasets.snapshots import files, stored_codebook, taking
from surveyapp.datasets.snapshots.listing import of_study
from surveyapp.datasets.table import Dataset, build
from surveyapp.evidence.verifying import verify
from surveyapp.findings import SurveyError
from tests.datasets.pages import screened_study
from tests.datasets.scored import EVERYTHING, REASONS_GIVEN
from tests.datasets.scored import dataset as scored


def content_of(data: Dataset) -> Content:
    log = (("2026-03-02 09:00:00+08:00", "1", "exclude", "1", "speed", "=risky", "a@example.com"),)
    return Content(data, {1: "speed"}, {1: "speed: fast"}, log, data.language)


@pytest.mark.parametrize("answers", [(), (EVERYTHING,), (EVERYTHING, REASONS_GIVEN, {})])
def test_what_was_frozen_is_read_again(
    tmp_path: Path, answers: tuple[dict[str, object], ...]
) -> None:
    content = content_of(scored(*answers))
    found = files.read(tmp_path, files.write(tmp_path, content, {"response": 3}))
    assert found.data.hash == content.data.hash
    assert found.data.codebook == content.data.codebook
    assert found.data.versions == content.data.versions
    assert (found.flags, found.excluded, found.log) == (
        content.flags,
        content.excluded,
        content.log,
    )
    assert headline(found.data) == headline(content.data)


def test_the_codebook_comes_in_both_languages(tmp_path: Path) -> None:
    files.write(tmp_path, content_of(scored(EVERYTHING)), {})
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["variable"]: row for row in csv.DictReader(file)}
    assert rows["analysis_weight"]["label_en"].startswith("Weight for estimates")
    assert rows["analysis_weight"]["label_zh"].startswith("估计权数")


def test_a_codebook_of_nothing_and_of_steps_comes_back() -> None:
    for book in (Codebook(()), scored().codebook, build([], {}).codebook):
        assert stored_codebook.from_json(stored_codebook.as_json(book)) == book


@pytest.mark.parametrize(
    "name", ["manifest.json", "values.parquet", "reasons.parquet", "screening.json", "codebook.csv"]
)
def test_a_changed_or_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    kept = files.write(tmp_path, content_of(scored(EVERYTHING)), {})
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    assert files.changed(tmp_path, kept) == [name]
    with pytest.raises(SurveyError) as changed:
        files.read(tmp_path, kept)
    assert changed.value.findings[0].code == "snapshot.changed"
    (tmp_path / name).unlink()
    with pytest.raises(SurveyError) as gone:
        files.read(tmp_path, kept)
    assert gone.value.findings[0].code == "snapshot.gone"


def test_exports_of_a_snapshot_are_the_same_bytes_whatever_happens_since(any_app: Flask) -> None:
    study, _ = screened_study()
    study_id = study.id
    snapshot = taking.take(study_id)
    assert snapshot.rows == 77
    assert snapshot.newest_response == 77
    assert snapshot.cleaning_line == db.session.scalar(db.select(db.func.max(CleaningEntry.id)))
    assert snapshot.dataset_hash == dataset(study_id).hash
    first = {
        c: export(study_id, "csv", clean=c, snapshot=taking.read(snapshot)) for c in (True, False)
    }
    now = contents(study, dataset(study_id), clean=True)
    assert first[True][0].rows == len(now)
    still_in = next(i for i in now.data.ids)
    cleaning.exclude(still_in, "read again")
    changed = db.update(Response).where(Response.id == 70).values(answers={"overall": 1})
    db.session.execute(changed)
    db.session.commit()
    again = export(study_id, "csv", clean=True, snapshot=taking.read(snapshot))
    assert again[0].sha256 == first[True][0].sha256
    assert file_path(again[0].id).read_bytes() == file_path(first[True][0].id).read_bytes()
    assert export(study_id, "csv", clean=True)[0].sha256 != again[0].sha256
    assert [s.id for s in of_study(study_id)] == [snapshot.id]


def test_the_verification_finds_a_changed_byte(app: Flask) -> None:
    study, _ = screened_study()
    snapshot = taking.take(study.id)
    found = verify(lambda *_: None)
    assert found.whole
    assert found.compared["dataset.snapshot"] == 1
    path = taking.folder() / snapshot.name / "values.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    changed = verify(lambda *_: None)
    assert [(f.code, f.place) for f in changed.findings] == [
        ("evidence.changed", f"snapshot:{snapshot.id}/values.parquet")
    ]
    path.unlink()
    assert [f.code for f in verify(lambda *_: None).findings] == ["evidence.gone"]


def test_a_killed_or_failing_snapshot_leaves_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _ = screened_study()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(SurveyError) as error:
        taking.take(study.id)
    assert error.value.findings[0].code == "export.disk_full"
    assert list(taking.folder().iterdir()) == []
    assert of_study(study.id) == []
