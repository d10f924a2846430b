"""Stored figures: stale when something changed, fresh after the worker, equal to the numbers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning, gather, numbers, sensitivity
from surveyapp.datasets.models import CleaningEntry
from surveyapp.distribution.models import Study
from surveyapp.jobs import standing
from surveyapp.jobs.running import run_waiting
from surveyapp.reports import snapshots
from surveyapp.reports.models import Snapshot
from tests.datasets.studies import make_study, small_study


@pytest.fixture
def answered(app: Flask) -> Study:
    study, _ = small_study()
    snapshots.refresh(study.id)
    return study


def complete_another(study: Study) -> None:
    """One more customer at a printed code answers as the first one did."""
    first = db.session.get_one(Response, 1)
    db.session.add(
        Response(
            study_id=study.id,
            version_id=study.version_id,
            mode="qr",
            language="en",
            state="completed",
            seed=9,
            answers=dict(first.answers),
            facts=dict(first.facts),
            started_at=first.started_at,
            completed_at=first.completed_at,
        )
    )
    db.session.commit()


def test_a_study_nobody_answered_has_nothing_to_compute(app: Flask) -> None:
    study = make_study()
    db.session.commit()
    assert snapshots.state_of(study.id) == (0, 0)
    assert snapshots.stale() == []
    assert snapshots.notice() == 0
    assert snapshots.snapshot_of(study) is None


def test_figures_go_stale_with_an_answer_and_are_fresh_after_a_refresh(answered: Study) -> None:
    assert snapshots.stale() == []
    complete_another(answered)
    assert snapshots.stale() == [answered.id]
    assert snapshots.notice() == 1
    assert snapshots.notice() == 0, "asked once"
    assert run_waiting() == 1
    assert snapshots.stale() == []
    kept = snapshots.snapshot_of(answered)
    assert kept is not None
    assert kept.figures["n"] == kept.completed == 78
    assert db.session.query(Snapshot).count() == 1


def test_figures_go_stale_with_a_line_of_the_cleaning_log(answered: Study) -> None:
    cleaning.exclude(1, "answered by the shop assistant")
    db.session.commit()
    assert snapshots.stale() == [answered.id]
    after = snapshots.refresh(answered.id)
    assert (after.figures["n"], after.figures["excluded"]) == (76, 1)
    cleaning.restore(1, "the customer was reached and confirms")
    db.session.commit()
    assert snapshots.stale() == [answered.id]
    assert snapshots.refresh(answered.id).figures["n"] == 77


def test_an_answer_that_is_still_open_changes_nothing(answered: Study) -> None:
    db.session.add(
        Response(
            study_id=answered.id, version_id=answered.version_id, mode="qr", language="en", seed=3
        )
    )
    db.session.commit()
    assert snapshots.stale() == []


def test_the_figures_are_the_numbers_of_the_cleaned_data(answered: Study) -> None:
    for response in (1, 5, 9):
        cleaning.exclude(response, "a test of the terminal")
    db.session.commit()
    kept = snapshots.refresh(answered.id)
    data = gather.dataset(answered.id)
    out = cleaning.excluded(answered.id)
    expected = json.loads(json.dumps(numbers.results(sensitivity.cleaned(data, out))))
    stored = json.loads(json.dumps(kept.figures, allow_nan=False))
    assert {name: stored[name] for name in expected} == expected
    assert stored["excluded"] == 3
    assert [step["n"] for step in stored["sensitivity"]] == [77, 77, 77, 74]
    assert kept.dataset_hash == data.hash


def test_one_study_that_cannot_be_computed_does_not_hold_up_the_others(
    answered: Study, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_study()
    broken.version.document = {"format": "of another world"}
    db.session.add(
        Response(
            study_id=broken.id,
            version_id=broken.version_id,
            mode="qr",
            language="en",
            seed=1,
            state="completed",
            started_at=clock.now() - timedelta(minutes=2),
            completed_at=clock.now(),
        )
    )
    complete_another(answered)
    broken_id = broken.id
    db.session.query(Snapshot).delete()
    db.session.commit()
    assert snapshots.notice() == 2
    assert run_waiting() == 2
    assert snapshots.stale() == [broken_id]
    assert snapshots.notice() == 0, "it rests before it is tried again"
    with clock.frozen(clock.now() + 2 * standing.REST):
        assert snapshots.notice() == 1
    assert "(reports.figures) failed" in caplog.text


def test_other_studies_keep_their_own_state(answered: Study) -> None:
    other = make_study()
    line = CleaningEntry(
        study_id=other.id, response_id=1, action="exclude", layer=3, rule="manual", actor="x"
    )
    db.session.add(line)
    db.session.commit()
    assert snapshots.state_of(answered.id) == (77, 0)
    assert snapshots.stale() == []
