"""Kill -9 at each step of archiving and restoring: each answer is here or there, and whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.datasets.archive import rows
from surveyapp.datasets.archive.due import standing_archive
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.moving import archive, restore
from surveyapp.datasets.gather import dataset
from tests.datasets.test_archive import closed_study, everything

ROOT = Path(__file__).resolve().parents[2]


def kill_at(app: Flask, study: int, act: str, point: str) -> None:
    settings = app.config["SETTINGS"]
    db.session.remove()
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.faults.archiving_process",
            *(str(settings.instance), settings.database_url, str(study), act, point),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "there\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()


@pytest.mark.fault
def test_nothing_is_lost_however_far_it_was(any_app: Flask) -> None:
    study = closed_study().id
    whole, data = everything(study), dataset(study).hash
    for point in ("put", "record"):
        kill_at(any_app, study, "archive", point)
        assert standing_archive(study) is None, point
        assert everything(study) == whole, point
    kill_at(any_app, study, "archive", "commit")
    assert standing_archive(study) is not None
    assert dataset(study).hash == data
    db.session.rollback()
    kill_at(any_app, study, "restore", "record")
    assert standing_archive(study) is not None
    assert rows.size(study)[1] == 77 * 8
    assert dataset(study).hash == data
    db.session.rollback()
    kill_at(any_app, study, "restore", "delete")
    assert standing_archive(study) is None
    assert everything(study) == whole
    archive(study)
    left = {name.partition("/")[0] for name in store().names("study-")}
    assert len(left) == 1, "what the killed ones left is gone"
    restore(study)
    assert everything(study) == whole
