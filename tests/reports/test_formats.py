"""After an upgrade the worker computes the figures of earlier releases again, by itself."""

from __future__ import annotations

from flask import Flask

from surveyapp.database import db
from surveyapp.jobs.running import run_waiting
from surveyapp.reports import publication, snapshots
from surveyapp.reports.models import Snapshot
from surveyapp.worker import Worker
from tests.auditing import AuditingClient
from tests.reports.scored_study import scored_study
from tests.reports.test_analysis_pages import figures


def made_before(study_id: int, **changes: object) -> None:
    """The figures as an earlier release left them."""
    row = db.session.get_one(Snapshot, study_id)
    new = ("change", "trend", "format")
    row.figures = {k: v for k, v in row.figures.items() if k not in new} | changes
    db.session.commit()


def refreshed() -> int:
    """What the leader notices is done; how many jobs that were."""
    snapshots.notice()
    return run_waiting()


def test_figures_of_an_earlier_release_are_stale_once(any_app: Flask) -> None:
    study = scored_study(20)
    assert snapshots.outdate() == 0
    for changes in ({}, {"format": snapshots.FORMAT - 1}):
        made_before(study.id, **changes)
        assert snapshots.stale() == []
        assert snapshots.outdate() == 1
        assert snapshots.outdate() == 0, "marked already"
        assert refreshed() == 1
        db.session.expire_all()
        assert {"change", "format"} <= set(figures(study))
        assert snapshots.stale() == []


def test_figures_that_are_withheld_keep_their_format(app: Flask) -> None:
    study = scored_study(20)
    publication.set_minimum(study.id, 30)
    db.session.commit()
    refreshed()
    assert figures(study) == figures(study) | {"withheld": 30, "format": snapshots.FORMAT}
    assert snapshots.outdate() == 0


def test_the_worker_that_takes_the_lead_fills_the_pages(staff: AuditingClient, app: Flask) -> None:
    study = scored_study(20)
    made_before(study.id)
    page = f"/studies/{study.id}/analysis/change"
    worker = Worker(app)
    worker.lead()
    assert worker.leading
    db.session.expire_all()
    assert refreshed() == 1
    db.session.expire_all()
    assert "change" in figures(study)
    assert staff.get(page).status_code == 200
    made_before(study.id)
    worker.lead()
    assert snapshots.stale() == [], "only whoever begins to lead looks"
    worker.shut_down()
